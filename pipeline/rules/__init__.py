"""What is hand-written: the rule files of languages and tables, read and checked."""
