package layerstore

import (
	"time"

	"github.com/tidewaiter/tidewaiter/internal/image"
)

const (
	// MaxFolderBytes bounds a folder: some 500 images that share nothing.
	MaxFolderBytes = 512 << 20
	// maxEntry bounds one entry: an inventory, its signature, and their frame.
	maxEntry = image.MaxStoredInventory + image.MaxSignatureBytes + 1<<10
	// staleAfter is how old a file must be that a writer left half-written.
	staleAfter = time.Hour
	// touchAfter is how often an entry's last use is noted.
	touchAfter = time.Hour
)
