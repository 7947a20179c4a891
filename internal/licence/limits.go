package licence

// Limits on an expression.
const (
	// MaxBytes bounds its text, MaxDepth its parentheses.
	MaxBytes = 8 << 10
	MaxDepth = 50
)
