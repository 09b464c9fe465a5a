"""CareerCenter: the job board for medical coders."""
