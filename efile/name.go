package efile

// CleanName makes a sender's file name fit for display.
func CleanName(name string) string { return name }
