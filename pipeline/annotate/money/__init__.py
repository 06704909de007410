"""Sums of money: figures with a currency, in words and marks, in ten languages."""
