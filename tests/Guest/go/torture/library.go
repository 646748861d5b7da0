package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"container/heap"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/csv"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"math/big"
	mathrand "math/rand"
	"os"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"text/tabwriter"
	"text/template"
	"time"
	"unicode/utf8"
)

func zones() {
	moment := time.Date(2024, 3, 31, 0, 59, 59, 0, time.UTC)
	for _, name := range []string{"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(moment.In(zone).Format(time.RFC1123Z), moment.Add(2*time.Second).In(zone).Format(time.Kitchen))
	}
	_, err := time.LoadLocation("No/Where")
	fmt.Println(err)
	parsed, err := time.Parse(time.RFC3339, "2021-11-05T08:09:10+02:00")
	check(err)
	year, week := parsed.ISOWeek()
	fmt.Println(parsed.UTC(), year, week, parsed.YearDay())
}

type person struct {
	XMLName xml.Name          `json:"-" xml:"person"`
	Name    string            `json:"name" xml:"name,attr"`
	Age     int               `json:"age,omitempty" xml:"age"`
	Tags    []string          `json:"tags" xml:"tags>tag"`
	Extra   map[string]any    `json:"extra,omitempty" xml:"-"`
	When    time.Time         `json:"when" xml:"when"`
	Nested  map[string]person `json:"nested,omitempty" xml:"-"`
}

type ints []int

func (h ints) Len() int           { return len(h) }
func (h ints) Less(i, j int) bool { return h[i] < h[j] }
func (h ints) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *ints) Push(x any)        { *h = append(*h, x.(int)) }
func (h *ints) Pop() any          { old := *h; v := old[len(old)-1]; *h = old[:len(old)-1]; return v }

func library() {
	who := person{Name: "Ada", Age: 36, Tags: []string{"math", "<&>"}, When: time.Unix(1700000000, 0).UTC(), Extra: map[string]any{"z": 1.5, "a": nil, "list": []int{1, 2}}}
	text, err := json.MarshalIndent(who, "", "  ")
	check(err)
	fmt.Println(string(text))
	var back person
	check(json.Unmarshal(text, &back))
	fmt.Println(back.Name, back.Extra["list"], json.Unmarshal([]byte(`{"age": "x"}`), &back))
	marked, err := xml.Marshal(who)
	check(err)
	fmt.Println(string(marked))
	var blob bytes.Buffer
	check(gob.NewEncoder(&blob).Encode([]string{"gob", "data"}))
	var list []string
	check(gob.NewDecoder(&blob).Decode(&list))
	fmt.Println(list)
	rows, err := csv.NewReader(strings.NewReader("a,\"b \"\"c\",d\n1,2,3\n")).ReadAll()
	fmt.Println(rows, err)

	page := template.Must(template.New("page").Funcs(template.FuncMap{"up": strings.ToUpper}).Parse(
		"{{range $i, $t := .Tags}}{{if $i}}, {{end}}{{$t | up | printf \"%q\"}}{{else}}none{{end}} {{with .Age}}{{.}}{{end}} {{len .Name}}\n"))
	check(page.Execute(os.Stdout, who))
	fmt.Println(page.Execute(io.Discard, 3))

	columns := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(columns, "a\tbbb\tc\t")
	fmt.Fprintln(columns, "aaaa\tb\tccccc\t")
	columns.Flush()

	expression := regexp.MustCompile(`(?i)(\w+)@(\w+)\.com`)
	fmt.Println(expression.ReplaceAllString("me@example.com, You@Test.COM", "$2:$1"), expression.FindAllStringSubmatchIndex("a@b.com c@d.com", -1))

	data := make([]byte, 300000)
	mathrand.New(mathrand.NewSource(1)).Read(data[:100000])
	fmt.Printf("%x\n%x\n%08x\n", sha256.Sum256(data), sha512.Sum512(data), crc32.ChecksumIEEE(data))
	mac := hmac.New(sha256.New, []byte("key"))
	mac.Write(data)
	fmt.Println(hex.EncodeToString(mac.Sum(nil)), base64.URLEncoding.EncodeToString(data[:10]))
	block, err := aes.NewCipher(data[:32])
	check(err)
	stream := cipher.NewCTR(block, data[32:48])
	secret := make([]byte, len(data))
	stream.XORKeyStream(secret, data)
	fmt.Printf("%x\n", sha256.Sum256(secret))
	gcm, err := cipher.NewGCM(block)
	check(err)
	fmt.Printf("%x\n", gcm.Seal(nil, data[:12], []byte("sealed"), nil))

	random := make([]byte, 64)
	_, err = rand.Read(random)
	fmt.Println("random", bytes.Count(random, []byte{0}) < 20, err)
	public, private, err := ed25519.GenerateKey(rand.Reader)
	check(err)
	fmt.Println("ed25519", ed25519.Verify(public, data[:100], ed25519.Sign(private, data[:100])))
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	digest := sha256.Sum256(data)
	signature, err := ecdsa.SignASN1(rand.Reader, key, digest[:])
	fmt.Println("ecdsa", ecdsa.VerifyASN1(&key.PublicKey, digest[:], signature), err)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 1024)
	check(err)
	sealed, err := rsa.EncryptOAEP(sha256.New(), rand.Reader, &rsaKey.PublicKey, []byte("rsa"), nil)
	check(err)
	opened, err := rsa.DecryptOAEP(sha256.New(), rand.Reader, rsaKey, sealed, nil)
	fmt.Println(string(opened), err)

	for _, level := range []int{flate.BestSpeed, flate.BestCompression} {
		var small bytes.Buffer
		writer, err := gzip.NewWriterLevel(&small, level)
		check(err)
		writer.Write(data)
		writer.Close()
		reader, err := gzip.NewReader(&small)
		check(err)
		size := small.Len()
		again, err := io.ReadAll(reader)
		fmt.Println("gzip", size < 110000, bytes.Equal(again, data), err)
	}
	var archive bytes.Buffer
	zipper := zip.NewWriter(&archive)
	entry, err := zipper.Create("inner/file.txt")
	check(err)
	entry.Write([]byte("zipped"))
	check(zipper.Close())
	unzipper, err := zip.NewReader(bytes.NewReader(archive.Bytes()), int64(archive.Len()))
	check(err)
	inner, err := unzipper.Open("inner/file.txt")
	check(err)
	content, err := io.ReadAll(inner)
	fmt.Println(string(content), err)

	numbers := mathrand.New(mathrand.NewSource(2)).Perm(50000)
	sort.Ints(numbers)
	fmt.Println(sort.IntsAreSorted(numbers), sort.SearchInts(numbers, 777))
	words := strings.Fields("the quick brown fox jumps over the lazy dog")
	sort.SliceStable(words, func(i, j int) bool { return len(words[i]) < len(words[j]) })
	fmt.Println(words)
	queue := &ints{5, 2, 8}
	heap.Init(queue)
	heap.Push(queue, 1)
	fmt.Println(heap.Pop(queue), heap.Pop(queue))
	scanner := bufio.NewScanner(strings.NewReader("one two\nthree"))
	scanner.Split(bufio.ScanWords)
	for scanner.Scan() {
		fmt.Print(scanner.Text(), ";")
	}
	fmt.Println(utf8.RuneCountInString("grüße €"), strconv.Quote("\t\u00fc\x00"))
	packed := make([]byte, 8)
	binary.BigEndian.PutUint32(packed[4:], 0xdeadbeef)
	fmt.Println(packed)
}

func numbers() {
	factorial := new(big.Int).MulRange(1, 500)
	text := factorial.String()
	fmt.Println(len(text), text[:20], new(big.Int).Mod(factorial, big.NewInt(1000003)))
	power := new(big.Int).Exp(big.NewInt(3), big.NewInt(1000), new(big.Int).SetBit(new(big.Int), 521, 1))
	fmt.Printf("%x\n", power)
	fmt.Println(new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 127), big.NewInt(1)).ProbablyPrime(20))
	ratio := big.NewRat(355, 113)
	fmt.Println(ratio.FloatString(30), new(big.Float).SetPrec(200).Sqrt(big.NewFloat(2)).Text('g', 50))
	sum := 0.0
	for i := 1; i <= 1000000; i++ {
		sum += math.Sin(float64(i)) / float64(i)
	}
	fmt.Println(sum, math.Inf(-1), math.NaN(), math.MaxUint32, math.Pi)
	matrix := [100][100]float64{}
	for i := range matrix {
		for j := range matrix {
			matrix[i][j] = math.Sqrt(float64(i*j + 1))
		}
	}
	trace := 0.0
	for i := range matrix {
		for k := range matrix {
			trace += matrix[i][k] * matrix[k][i]
		}
	}
	fmt.Printf("%.10f %v\n", trace, complex(1, 2)*complex(3, -1))
}
