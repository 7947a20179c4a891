// Package layerstore keeps what images hold between runs, layer by layer: in a
// folder, or in a registry of the user's own as OCI artifacts.
//
// It knows where entries are kept and who may see them, not what they say; that
// they count is decided by image.Cache.
package layerstore
