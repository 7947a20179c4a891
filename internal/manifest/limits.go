package manifest

// Limits on what is read to understand the manifests of a repository. Each is
// named in the message of the input that hits it. The size of one file, the
// count of files and the depth of folders are limited by package source, the
// nodes and nesting of one document by package yamldoc.
const (
	// maxBuildBytes bounds the text that one kustomization root reads.
	maxBuildBytes = 64 << 20
	// maxBuildFiles bounds the files that one kustomization root reads.
	maxBuildFiles = 5_000
	// maxKustomizations bounds the kustomizations below one root, each counted
	// once for every path that leads to it.
	maxKustomizations = 2_000
	// maxChanges bounds the images, patches, replacements and generators of one
	// root: kustomize runs each over everything.
	maxChanges = 1_000
	// maxGenerated bounds the data that generators of one root turn into objects.
	maxGenerated = 8 << 20
	// maxApplications bounds the folders that GitOps controllers are told to apply.
	maxApplications = 500
	// maxGenerating bounds the comparisons and parameters of all ApplicationSets.
	maxGenerating = 5_000_000
	// maxPadding bounds the empty lines that one build is given to carry
	// positions; files beyond it render, but are located by their objects only.
	maxPadding = 32 << 20
	// maxReason bounds the bytes of kustomize's own words in a message.
	maxReason = 400
	// maxEmbedded bounds the text of one field that is read as YAML of its own.
	maxEmbedded = 1 << 20
	// maxPolicyLines bounds the policies of one file of one JSON object a line.
	maxPolicyLines = 10_000
	// maxAlignment bounds the lines of a rendered document times those of its
	// template; beyond it findings are at the line of the object's kind.
	maxAlignment = 2_000_000
	// maxPlainDepth bounds how deep a value is followed; it is deeper than any
	// object of the Kubernetes API.
	maxPlainDepth = 64
	// maxFieldDepth bounds how deep a field is looked for; yamldoc refuses
	// documents that are half as deep.
	maxFieldDepth = 1_024
)
