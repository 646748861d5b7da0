using System;
using System.Buffers.Binary;
using System.IO;

namespace Mote.Cli.Vmm;

/// <summary>What the tool must know of a kernel file: ELF-64, little endian (System V ABI, chapter 4 and 5).</summary>
internal static class KernelFile
{
    private const int HeaderBytes = 64;
    private const int ProgramHeaderBytes = 56;
    private const uint LoadSegment = 1;

    /// <summary>The first physical address above all segments.</summary>
    /// <exception cref="CliException">Not an ELF file for x86-64, or truncated.</exception>
    public static long EndAddress(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            Span<byte> header = stackalloc byte[HeaderBytes];
            file.ReadExactly(header);
            if (!header.StartsWith("\u007fELF\u0002\u0001"u8) || BinaryPrimitives.ReadUInt16LittleEndian(header[18..]) != 62)
            {
                throw new CliException($"{path} is not a kernel: no ELF file for x86-64", ExitStatus.MachineFailed);
            }

            file.Position = BinaryPrimitives.ReadInt64LittleEndian(header[32..]);
            int count = BinaryPrimitives.ReadUInt16LittleEndian(header[56..]);
            ulong end = 0;
            Span<byte> segment = stackalloc byte[ProgramHeaderBytes];
            for (int i = 0; i < count; i++)
            {
                file.ReadExactly(segment);
                if (BinaryPrimitives.ReadUInt32LittleEndian(segment) == LoadSegment)
                {
                    ulong physical = BinaryPrimitives.ReadUInt64LittleEndian(segment[24..]);
                    ulong sizeInMemory = BinaryPrimitives.ReadUInt64LittleEndian(segment[40..]);
                    end = Math.Max(end, unchecked(physical + sizeInMemory));
                }
            }

            return checked((long)end);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OverflowException or ArgumentOutOfRangeException)
        {
            throw new CliException($"cannot read the kernel {path}: {e.Message}", ExitStatus.MachineFailed);
        }
    }
}
