"""One edit family a file, strangers to one another. The lists below are the order in which they are asked; adding a family is one line."""

from codingahead.checks.rules import code, coverage, diagnosis, modifier, patient, place, sequence, status

# Asked of one line: (line, setting, day) -> what is said.
LINE_RULES = (code.line, status.line, modifier.line, place.line)
# Asked of the diagnoses of one claim: (diagnoses, day) -> what is said.
DIAGNOSIS_RULES = (diagnosis.codes, diagnosis.excludes, sequence.first_listed, sequence.code_first)
# Asked of one claim with its patient: (claim, day) -> findings.
CLAIM_RULES = (patient.pointers, patient.laterality, patient.age_and_sex)
# Asked of one line of a Medicare claim with its diagnoses: (line, claim, day) -> what is said.
POLICY_RULES = (coverage.line,)
