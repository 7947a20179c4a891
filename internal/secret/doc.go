// Package secret finds credentials in texts: by their form, by the name of the
// service beside them, and by a telling name beside a random value. It knows no
// image and no repository, and serves both. The value itself leaves the package
// only as a place in the text: what is shown of it is masked.
package secret
