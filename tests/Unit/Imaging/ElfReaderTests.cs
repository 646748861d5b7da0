using System;
using System.IO;
using Mote.Imaging;
using Mote.Imaging.Elf;
using Xunit;

namespace Mote.Tests.Unit.Imaging;

public sealed class ElfReaderTests
{
    private const int FuzzRounds = 20_000;

    [Fact]
    public void Reads_what_the_loader_is_asked_for()
    {
        ElfFile elf = Read(new TestElf
        {
            Interpreter = "/lib64/ld-linux-x86-64.so.2",
            Soname = "libx.so.1",
            Rpath = "/a:$ORIGIN",
            Runpath = "/b",
            Needed = ["libc.so.6", "libm.so.6"],
            Symbols = ["pthread_exit", "not_pthread_cancel"],
        });

        Assert.Equal(ElfKind.SharedObject, elf.Kind);
        Assert.Equal("/lib64/ld-linux-x86-64.so.2", elf.Interpreter);
        Assert.Equal("libx.so.1", elf.Soname);
        Assert.Equal("/a:$ORIGIN", elf.Rpath);
        Assert.Equal("/b", elf.Runpath);
        Assert.Equal(["libc.so.6", "libm.so.6"], elf.Needed);
        Assert.Equal(["pthread_exit"], elf.MentionedNames);
    }

    [Theory]
    [InlineData(1, 1, 3, "i386")]
    [InlineData(1, 1, 40, "ARM (32-bit)")]
    [InlineData(2, 1, 183, "AArch64")]
    [InlineData(2, 1, 243, "RISC-V")]
    [InlineData(2, 2, 22, "IBM S/390, big-endian")]
    [InlineData(1, 1, 62, "x32")]
    public void Names_another_architecture(byte bits, byte endian, ushort machine, string expected)
    {
        var error = Assert.Throws<ImageException>(() => Read(new TestElf { Class = bits, Endian = endian, Machine = machine }));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("prog ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("MZ\u0090\0", "Windows program or a .NET assembly")]
    [InlineData("PK\u0003\u0004", "zip or jar")]
    [InlineData("print('hello')\n", "#!")]
    [InlineData("\u007fELF", "truncated")]
    public void Says_what_a_file_is_that_is_not_an_elf(string content, string expected)
    {
        byte[] bytes = System.Text.Encoding.Latin1.GetBytes(content);

        var error = Assert.Throws<ImageException>(() => ElfReader.Read(new MemoryStream(bytes), "prog"));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1ul, "object file")]
    [InlineData(4, 1ul, "core dump")]
    [InlineData(3, 0ul, "shared library")]
    [InlineData(9, 1ul, "unknown type")]
    public void Says_why_a_file_cannot_be_started(ushort kind, ulong entry, string expected)
    {
        ElfFile elf = Read(new TestElf { Kind = kind, Entry = entry });

        Assert.Contains(expected, ElfComplaints.NotStartable("prog", elf), StringComparison.Ordinal);
    }

    [Fact]
    public void Starts_static_and_position_independent_programs()
    {
        Assert.Null(ElfComplaints.NotStartable("prog", Read(new TestElf { Kind = 2 })));
        Assert.Null(ElfComplaints.NotStartable("prog", Read(TestElf.Program("libc.so.6"))));
    }

    [Fact]
    public void Every_truncation_is_an_error_or_harmless()
    {
        byte[] whole = TestElf.Program("libc.so.6").ToBytes();
        for (int length = 0; length < whole.Length; length++)
        {
            byte[] part = whole[..length];

            var error = Assert.Throws<ImageException>(() => ElfReader.Read(new MemoryStream(part), "prog"));

            Assert.StartsWith("prog ", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Damaged_files_never_end_in_another_exception()
    {
        byte[] whole = (TestElf.Program("libc.so.6", "libm.so.6") with { Runpath = "$ORIGIN" }).ToBytes();
        var random = new Random(20);
        for (int round = 0; round < FuzzRounds; round++)
        {
            byte[] damaged = (byte[])whole.Clone();
            for (int change = random.Next(1, 5); change > 0; change--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                _ = ElfComplaints.NotStartable("prog", ElfReader.Read(new MemoryStream(damaged), "prog", ["pthread_exit"]));
            }
            catch (ImageException)
            {
                // What a damaged file should end in.
            }
        }
    }

    private static ElfFile Read(TestElf elf) => ElfReader.Read(new MemoryStream(elf.ToBytes()), "prog", ["pthread_exit", "pthread_cancel"]);
}
