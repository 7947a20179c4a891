package schema

// Reparse reads the text again.
func Reparse() (*API, error) { return parse(kubernetesText) }
