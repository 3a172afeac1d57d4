package intake

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/pipeline"
)

// Photos takes several photos as one document, the pages of a contract for instance. Each is sent through to the store as
// it comes in and stays as it is; together they are one original, a container of type pipeline.MediaPhotos. The same
// photos in the same order give the same bytes, and so are noticed as a duplicate.
//
// Add the photos in the order of the pages, then Close; or Abort, and nothing is left. Not safe for concurrent use.
type Photos struct {
	container *zip.Writer
	pipe      *io.PipeWriter
	pages     int
	outcome   chan photosOutcome
}

type photosOutcome struct {
	receipt *efile.Receipt
	err     error
}

// Photos begins such a document under a name for people. The faults are those of Whole; they come from Close.
func (s *Service) Photos(ctx context.Context, actor efile.Actor, submission efile.ID, name string) *Photos {
	read, write := io.Pipe()
	p := &Photos{container: zip.NewWriter(write), pipe: write, outcome: make(chan photosOutcome, 1)}
	go func() {
		info := FileInfo{Name: name, MediaType: pipeline.MediaPhotos, Length: -1}
		receipt, err := s.Whole(ctx, actor, submission, info, read)
		_ = read.CloseWithError(errEnded) // what is still being written has nowhere to go
		p.outcome <- photosOutcome{receipt, err}
	}()
	_ = PhotosMark(p.container) // a pipe that is broken already says so again at the first photo
	return p
}

// errEnded is what Add meets after the document was refused: Close says why.
var errEnded = errors.New("the photos were not taken")

// Add takes the next photo. Its error is photo's own when that cannot be read; everything else comes from Close.
func (p *Photos) Add(photo io.Reader) error {
	source := &noting{Reader: photo}
	err := AddPhoto(p.container, p.pages, source)
	p.pages++
	if source.err != nil {
		return source.err
	}
	if err != nil && !errors.Is(err, errEnded) {
		return fmt.Errorf("take photo %d: %w", p.pages, err)
	}
	return nil
}

// Close ends the document and returns its receipt, as Whole does.
func (p *Photos) Close() (*efile.Receipt, error) {
	_ = p.pipe.CloseWithError(p.container.Close()) // nil ends it well; a broken pipe has its reason in outcome
	o := <-p.outcome
	return o.receipt, o.err
}

// Abort gives the document up.
func (p *Photos) Abort(cause error) {
	_ = p.pipe.CloseWithError(cause) // always nil
	<-p.outcome
}

// PhotosMark begins a container of photos.
func PhotosMark(container *zip.Writer) error {
	mark, err := container.CreateHeader(&zip.FileHeader{Name: "mimetype", Method: zip.Store})
	if err != nil {
		return err
	}
	_, err = io.WriteString(mark, pipeline.MediaPhotos)
	return err
}

// AddPhoto adds a photo to a container, as its page with this index.
func AddPhoto(container *zip.Writer, index int, photo io.Reader) error {
	member, err := container.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("%04d", index+1), Method: zip.Store})
	if err != nil {
		return err
	}
	_, err = io.Copy(member, photo)
	return err
}

// noting remembers why reading ended, if not at the end.
type noting struct {
	io.Reader
	err error
}

func (n *noting) Read(b []byte) (int, error) {
	read, err := n.Reader.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		n.err = err
	}
	return read, err
}
