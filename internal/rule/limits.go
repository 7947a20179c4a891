package rule

// maxRelated bounds the places that explain one finding: an object of many
// overlays has as many ways into a render.
const maxRelated = 20
