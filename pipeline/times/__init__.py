"""Days, months and years: as told in words, as EDTF, and of publication."""
