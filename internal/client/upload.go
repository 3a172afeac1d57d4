package client

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"time"
)

// Receipt is the server's promise for one file.
type Receipt struct {
	Document  string `json:"document"`
	SHA256    string `json:"sha256"`
	Size      int64  `json:"size"`
	Duplicate bool   `json:"duplicate"`
}

// Form uploads one file as a browser without scripts does.
func (c *Client) Form(ctx context.Context, submission, name string, file io.Reader) (Receipt, error) {
	body, pipe := io.Pipe()
	form := multipart.NewWriter(pipe)
	go func() {
		part, err := form.CreateFormFile("files", name)
		if err == nil {
			_, err = io.Copy(part, file)
		}
		pipe.CloseWithError(errors.Join(err, form.Close()))
	}()
	defer func() { _ = body.Close() }() // ends the goroutine when the server has answered early
	request, err := c.request(ctx, http.MethodPost, "/v1/submissions/"+submission+"/documents", body)
	if err != nil {
		return Receipt{}, err
	}
	request.Header.Set("Content-Type", form.FormDataContentType())
	answer, err := c.sendForm(request)
	if err != nil {
		return Receipt{}, err
	}
	if len(answer.Files) != 1 {
		return Receipt{}, fmt.Errorf("%d results for one file", len(answer.Files))
	}
	if p := answer.Files[0].Problem; p != nil {
		return Receipt{}, p
	}
	if answer.Files[0].Receipt == nil {
		return Receipt{}, errors.New("neither receipt nor problem")
	}
	return *answer.Files[0].Receipt, nil
}

type formAnswer struct {
	Files []struct {
		Receipt *Receipt `json:"receipt"`
		Problem *Problem `json:"problem"`
	} `json:"files"`
}

// sendForm reads the results also of an answer that refuses every file.
func (c *Client) sendForm(request *http.Request) (formAnswer, error) {
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	answer, err := client.Do(request)
	if err != nil {
		return formAnswer{}, err
	}
	defer func() { _ = answer.Body.Close() }() // read to the end
	if answer.Header.Get("Content-Type") == "application/problem+json" {
		return formAnswer{}, problemOf(answer)
	}
	var out formAnswer
	if err := json.NewDecoder(answer.Body).Decode(&out); err != nil {
		return formAnswer{}, fmt.Errorf("decode answer of a form: %w", err)
	}
	return out, nil
}

// Resumable uploads a file by tus. What a cut or a killed server has lost is sent again, until ctx ends.
func (c *Client) Resumable(ctx context.Context, submission, name string, file io.ReadSeeker, size int64) (Receipt, error) {
	var location string
	err := c.again(ctx, func() error {
		var err error
		location, err = c.create(ctx, submission, name, size)
		return err
	})
	if err != nil {
		return Receipt{}, err
	}
	var receipt Receipt
	err = c.again(ctx, func() error {
		at, done, err := c.offset(ctx, location)
		if err != nil || done.Document != "" {
			receipt = done
			return err
		}
		if _, err := file.Seek(at, io.SeekStart); err != nil {
			return err
		}
		receipt, err = c.patch(ctx, location, at, file, size-at)
		return err
	})
	return receipt, err
}

// again repeats what may succeed later, with growing pauses.
func (c *Client) again(ctx context.Context, try func() error) error {
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 2*time.Second) {
		err := try()
		if err == nil || !Again(err) || ctx.Err() != nil {
			return err
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return errors.Join(err, ctx.Err())
		}
	}
}

func (c *Client) create(ctx context.Context, submission, name string, size int64) (string, error) {
	request, err := c.request(ctx, http.MethodPost, "/v1/submissions/"+submission+"/uploads", nil)
	if err != nil {
		return "", err
	}
	tus(request)
	request.Header.Set("Upload-Length", strconv.FormatInt(size, 10))
	request.Header.Set("Upload-Metadata", "filename "+base64.StdEncoding.EncodeToString([]byte(name)))
	answer, err := c.send(request)
	if err != nil {
		return "", err
	}
	return answer.Header.Get("Location"), answer.Body.Close()
}

func (c *Client) offset(ctx context.Context, location string) (int64, Receipt, error) {
	request, err := c.request(ctx, http.MethodHead, location, nil)
	if err != nil {
		return 0, Receipt{}, err
	}
	tus(request)
	answer, err := c.send(request)
	if err != nil {
		return 0, Receipt{}, err
	}
	if err := answer.Body.Close(); err != nil {
		return 0, Receipt{}, err
	}
	at, err := strconv.ParseInt(answer.Header.Get("Upload-Offset"), 10, 64)
	return at, receiptIn(answer.Header), err
}

// errUnfinished says that the server took the bytes but has not recorded the file yet.
var errUnfinished = errors.New("no receipt yet")

func (c *Client) patch(ctx context.Context, location string, at int64, file io.Reader, size int64) (Receipt, error) {
	request, err := c.request(ctx, http.MethodPatch, location, io.NopCloser(io.LimitReader(file, size)))
	if err != nil {
		return Receipt{}, err
	}
	tus(request)
	request.ContentLength = size
	if size == 0 {
		request.Body = http.NoBody
	}
	request.Header.Set("Content-Type", "application/offset+octet-stream")
	request.Header.Set("Upload-Offset", strconv.FormatInt(at, 10))
	answer, err := c.send(request)
	if err != nil {
		return Receipt{}, err
	}
	if err := answer.Body.Close(); err != nil {
		return Receipt{}, err
	}
	receipt := receiptIn(answer.Header)
	if receipt.Document == "" {
		return Receipt{}, errUnfinished
	}
	return receipt, nil
}

func tus(r *http.Request) { r.Header.Set("Tus-Resumable", "1.0.0") }

func receiptIn(h http.Header) Receipt {
	return Receipt{
		Document: h.Get("Eakte-Document"), SHA256: h.Get("Eakte-Sha256"), Duplicate: h.Get("Eakte-Duplicate") == "true",
	}
}
