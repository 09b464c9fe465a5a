"""CaseConsultant: questions and cases that come by mail, answered in the same thread."""
