using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

/// <summary>gzip, zlib, deflate, brotli and zip archives.</summary>
internal static class Compression
{
    public static Task Run(string folder)
    {
        byte[] data = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i * 7919 % 10007}\n")));
        (string Name, Func<Stream, Stream> Pack, Func<Stream, Stream> Unpack)[] formats =
        [
            ("gzip", s => new GZipStream(s, CompressionLevel.Optimal, true), s => new GZipStream(s, CompressionMode.Decompress)),
            ("zlib", s => new ZLibStream(s, CompressionLevel.SmallestSize, true), s => new ZLibStream(s, CompressionMode.Decompress)),
            ("deflate", s => new DeflateStream(s, CompressionLevel.Fastest, true), s => new DeflateStream(s, CompressionMode.Decompress)),
            ("brotli", s => new BrotliStream(s, CompressionLevel.Fastest, true), s => new BrotliStream(s, CompressionMode.Decompress)),
        ];
        foreach ((string name, Func<Stream, Stream> pack, Func<Stream, Stream> unpack) in formats)
        {
            MemoryStream packed = new();
            using (Stream stream = pack(packed))
            {
                stream.Write(data);
            }

            packed.Position = 0;
            MemoryStream back = new();
            using (Stream stream = unpack(packed))
            {
                stream.CopyTo(back);
            }

            Check.Say(name, $"{data.Length} {packed.ToArray().Length} {back.ToArray().AsSpan().SequenceEqual(data)}");
        }

        string source = Directory.CreateDirectory(Path.Combine(folder, "zip/sub")).FullName;
        File.WriteAllBytes(Path.Combine(source, "data"), data);
        File.WriteAllText(Path.Combine(folder, "zip", "small.txt"), "small");
        ZipFile.CreateFromDirectory(Path.Combine(folder, "zip"), Path.Combine(folder, "all.zip"));
        ZipFile.ExtractToDirectory(Path.Combine(folder, "all.zip"), Path.Combine(folder, "unzipped"));
        Check.Say("zip", Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "unzipped/sub/data"))))[..16] + " " + File.ReadAllText(Path.Combine(folder, "unzipped/small.txt")));
        return Task.CompletedTask;
    }
}
