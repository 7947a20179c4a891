package sign

// BundleOf makes a bundle whose statement has any predicate type.
func BundleOf(key *Key, digest, predicateType string) ([]byte, error) {
	return newBundleOf(key, digest, predicateType)
}

// CheckBundle is the parser of outside input that the fuzz target feeds.
var CheckBundle = checkBundle
