package schema

const (
	// maxFaults bounds what is told about one object.
	maxFaults = 200
	// maxDepth bounds how deep objects and the schemas of definitions are followed.
	maxDepth = 128
	// maxSchemaNodes bounds the types that one definition makes.
	maxSchemaNodes = 100_000
	// maxPattern bounds the bytes of a pattern that is followed.
	maxPattern = 2_000
)
