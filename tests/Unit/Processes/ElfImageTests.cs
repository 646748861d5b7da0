using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Processes;

public class ElfImageTests
{
    [Fact]
    public void A_program_with_interpreter_is_read()
    {
        HostedMachine.Start();
        ElfImage image = ElfImage.Read(new BytePages(Sample())).Value;
        Assert.True(image.IsRelocatable);
        Assert.Equal("/lib64/ld-linux-x86-64.so.2"u8.ToArray(), image.Interpreter);
        Assert.Equal(2, image.Segments.Count);
        Assert.Equal(0x1040UL, image.Entry);
        Assert.Equal(64UL, image.HeadersAddress);
        Assert.Equal(0UL, image.Low);
        Assert.Equal(0x6000UL, image.High);
        Assert.Equal(PageAccess.Read | PageAccess.Write, image.Segments[1].Protection);
    }

    [Theory]
    [InlineData(4, 1)] // 32-bit
    [InlineData(5, 2)] // big-endian
    [InlineData(18, 183)] // another architecture
    [InlineData(16, 1)] // an object file
    [InlineData(0, 0)] // no magic
    [InlineData(54, 32)] // program headers of another size
    [InlineData(56, 0)] // no program headers
    public void What_cannot_run_is_refused(int offset, byte value)
    {
        HostedMachine.Start();
        byte[] file = Sample();
        file[offset] = value;
        Assert.Equal(Errno.ENOEXEC, ElfImage.Read(new BytePages(file)).Error);
    }

    [Fact]
    public void Mutated_headers_never_get_through_with_bad_numbers()
    {
        HostedMachine.Start();
        Random random = new(2026);
        ulong[] interesting = [0, 1, 0xfff, 0x1000, 0x7fff_ffff_f000, 0x8000_0000_0000, ulong.MaxValue, ulong.MaxValue - 0xfff, long.MaxValue, 0xffff_ffff, 56, 64];
        int accepted = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] file = Sample();
            int changes = random.Next(1, 6);
            for (int change = 0; change < changes; change++)
            {
                if (random.Next(2) == 0)
                {
                    file[random.Next(64 + (4 * 56))] = (byte)random.Next(256);
                }
                else
                {
                    int at = random.Next((64 + (4 * 56)) / 8) * 8;
                    BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(at), interesting[random.Next(interesting.Length)]);
                }
            }

            if (random.Next(8) == 0)
            {
                Array.Resize(ref file, random.Next(file.Length));
            }

            BytePages pages = new(file);
            Result<ElfImage> read = ElfImage.Read(pages);
            pages.Release();
            if (!read.TryGet(out ElfImage image))
            {
                Assert.Equal(Errno.ENOEXEC, read.Error);
                continue;
            }

            accepted++;
            Assert.NotEmpty(image.Segments);
            Assert.True(image.Low < image.High && image.High <= VirtAddr.UserEnd.Value);
            foreach (ElfSegment segment in image.Segments)
            {
                Assert.True(segment.FileSize <= segment.MemorySize);
                Assert.True(segment.Offset <= (ulong)file.Length && segment.FileSize <= (ulong)file.Length - segment.Offset);
                Assert.True(VirtAddr.IsUserRange(new VirtAddr(segment.Address), segment.MemorySize));
                Assert.True(segment.Address >= image.Low && segment.End <= image.High);
            }
        }

        Assert.InRange(accepted, 100, 19_900);
    }

    /// <summary>A position-independent program: headers, code and data of two pages each, an interpreter.</summary>
    internal static byte[] Sample()
    {
        byte[] file = new byte[0x5000];
        "\u007fELF"u8.CopyTo(file);
        file[4] = 2;
        file[5] = 1;
        file[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(16), 3);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(18), 62);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(24), 0x1040);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(32), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(54), 56);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(56), 4);
        ReadOnlySpan<byte> interpreter = "/lib64/ld-linux-x86-64.so.2\0"u8;
        interpreter.CopyTo(file.AsSpan(0x200));
        PutHeader(file, 0, 3, 4, 0x200, 0x200, (ulong)interpreter.Length, (ulong)interpreter.Length, 1);
        PutHeader(file, 1, 1, 5, 0, 0, 0x3000, 0x3000, 0x1000);
        PutHeader(file, 2, 1, 6, 0x3000, 0x3000, 0x1800, 0x2800, 0x1000);
        PutHeader(file, 3, 0x6474e551, 6, 0, 0, 0, 0, 16);
        return file;
    }

    private static void PutHeader(byte[] file, int index, uint type, uint flags, ulong offset, ulong address, ulong fileSize, ulong memorySize, ulong alignment)
    {
        Span<byte> entry = file.AsSpan(64 + (index * 56));
        BinaryPrimitives.WriteUInt32LittleEndian(entry, type);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], flags);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[8..], offset);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[16..], address);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[24..], address);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[32..], fileSize);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[40..], memorySize);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[48..], alignment);
    }
}
