using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using Mote.Imaging;
using Xunit;

namespace Mote.Tests.Unit.Imaging;

public sealed class CpioArchiveTests
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserExecute;

    [Fact]
    public void Entries_are_those_of_the_newc_format()
    {
        using MemoryStream stream = new();
        CpioArchive archive = new(stream);
        archive.AddDirectory("/dev", Mode);
        archive.AddDevice("/dev/console", Mode, 5, 1);
        archive.AddFile("/a", Mode, "12345"u8);
        archive.AddLink("/link", "a");
        archive.End();
        List<(string Name, int Mode, string Content, int Major, int Minor)> entries = Read(stream.ToArray());
        Assert.Equal(
            [("dev", 0x4140, "", 0, 0), ("dev/console", 0x2140, "", 5, 1), ("a", 0x8140, "12345", 0, 0), ("link", 0xa1ff, "a", 0, 0), ("TRAILER!!!", 0, "", 0, 0)],
            entries);
    }

    private static List<(string Name, int Mode, string Content, int Major, int Minor)> Read(byte[] bytes)
    {
        List<(string, int, string, int, int)> entries = [];
        for (int at = 0; at < bytes.Length;)
        {
            string header = Encoding.ASCII.GetString(bytes, at, 110);
            Assert.StartsWith("070701", header, StringComparison.Ordinal);
            int nameLength = Field(11), length = Field(6);
            string name = Encoding.UTF8.GetString(bytes, at + 110, nameLength - 1);
            int content = Align(at + 110 + nameLength);
            entries.Add((name, Field(1), Encoding.UTF8.GetString(bytes, content, length), Field(9), Field(10)));
            at = Align(content + length);

            int Field(int index) => int.Parse(header.AsSpan(6 + (index * 8), 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        return entries;
    }

    private static int Align(int length) => (length + 3) & ~3;
}
