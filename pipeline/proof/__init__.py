"""Rules held against their examples, tried before they are kept, and drafted from judgements."""
