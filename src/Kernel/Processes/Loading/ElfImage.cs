using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>
/// What an x86-64 ELF program or interpreter asks to have loaded (elf(5)). The file is hostile: every number is checked before it is kept, and what is wrong ends in ENOEXEC.
/// </summary>
public sealed class ElfImage
{
    private const int MaxHeaders = 1024;
    private const int MaxInterpreterBytes = 4096;

    private readonly List<ElfSegment> _segments = [];

    private ElfImage()
    {
    }

    /// <summary>Loadable segments in the file's order.</summary>
    public IReadOnlyList<ElfSegment> Segments => _segments;

    /// <summary>Whether it may go to any address (ET_DYN).</summary>
    public bool IsRelocatable { get; private set; }

    /// <summary>Address of the first instruction, before relocation.</summary>
    public ulong Entry { get; private set; }

    /// <summary>Where the program headers are in memory, before relocation; zero when no segment holds them.</summary>
    public ulong HeadersAddress { get; private set; }

    public int HeaderCount { get; private set; }

    /// <summary>Path of the dynamic loader; empty when the program needs none.</summary>
    public byte[] Interpreter { get; private set; } = [];

    /// <summary>Whether the stack must be executable: PT_GNU_STACK says so. A file without it gets a plain stack, other than on old Linux.</summary>
    public bool WantsExecutableStack { get; private set; }

    /// <summary>Page-aligned range of all segments, before relocation.</summary>
    public ulong Low { get; private set; } = ulong.MaxValue;

    /// <inheritdoc cref="Low"/>
    public ulong High { get; private set; }

    /// <summary>The largest alignment that a segment asks for, at least a page, at most 1 GiB.</summary>
    public ulong Alignment { get; private set; } = PageBytes;

    private const ulong PageBytes = 4096;

    /// <summary>Whether bytes begin like any ELF file.</summary>
    public static bool IsElf(ReadOnlySpan<byte> start) => start.StartsWith("\x7f"u8) && start[1..].StartsWith("ELF"u8);

    /// <summary>Reads and checks the headers. ENOEXEC when it is nothing that this machine can run, EIO.</summary>
    public static Result<ElfImage> Read(PageSource file)
    {
        Span<byte> header = stackalloc byte[ElfConstants.HeaderBytes];
        if (!TryRead(file, 0, header) || !IsElf(header) || header[4] != 2 || header[5] != 1)
        {
            return Errno.ENOEXEC;
        }

        ushort type = BinaryPrimitives.ReadUInt16LittleEndian(header[16..]);
        ushort machine = BinaryPrimitives.ReadUInt16LittleEndian(header[18..]);
        ushort entrySize = BinaryPrimitives.ReadUInt16LittleEndian(header[54..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(header[56..]);
        if (type is not (ElfConstants.TypeExecutable or ElfConstants.TypeShared) || machine != ElfConstants.MachineX64
            || entrySize != ElfConstants.ProgramHeaderBytes || count is 0 or > MaxHeaders)
        {
            return Errno.ENOEXEC;
        }

        ulong table = BinaryPrimitives.ReadUInt64LittleEndian(header[32..]);
        ulong tableBytes = (ulong)count * ElfConstants.ProgramHeaderBytes;
        if (!Fits(table, tableBytes, file.Length))
        {
            return Errno.ENOEXEC;
        }

        ElfImage image = new()
        {
            IsRelocatable = type == ElfConstants.TypeShared,
            Entry = BinaryPrimitives.ReadUInt64LittleEndian(header[24..]),
            HeaderCount = count,
        };
        Span<byte> entry = stackalloc byte[ElfConstants.ProgramHeaderBytes];
        for (int i = 0; i < count; i++)
        {
            if (!TryRead(file, table + ((ulong)i * ElfConstants.ProgramHeaderBytes), entry) || !image.TakeHeader(file, entry, table, tableBytes))
            {
                return Errno.ENOEXEC;
            }
        }

        return image._segments.Count > 0 ? image : Errno.ENOEXEC;
    }

    /// <summary>Reads bytes of a file. False behind its end or when a page cannot be had.</summary>
    internal static bool TryRead(PageSource file, ulong offset, Span<byte> to)
    {
        if (!Fits(offset, (ulong)to.Length, file.Length))
        {
            return false;
        }

        DataSink sink = new(to);
        Result<long> read = file.CopyTo(offset, ref sink);
        return read.IsOk && read.Value == to.Length;
    }

    private static bool Fits(ulong offset, ulong length, ulong total) => length <= total && offset <= total - length;

    private bool TakeHeader(PageSource file, ReadOnlySpan<byte> entry, ulong table, ulong tableBytes)
    {
        uint type = BinaryPrimitives.ReadUInt32LittleEndian(entry);
        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]);
        ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]);
        ulong address = BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]);
        ulong fileSize = BinaryPrimitives.ReadUInt64LittleEndian(entry[32..]);
        ulong memorySize = BinaryPrimitives.ReadUInt64LittleEndian(entry[40..]);
        ulong alignment = BinaryPrimitives.ReadUInt64LittleEndian(entry[48..]);
        switch (type)
        {
            case ElfConstants.SegmentLoad:
                return TakeSegment(new ElfSegment(flags, offset, address, fileSize, memorySize), alignment, file.Length, table, tableBytes);
            case ElfConstants.SegmentInterpreter when Interpreter.Length == 0:
                return TakeInterpreter(file, offset, fileSize);
            case ElfConstants.SegmentStack:
                WantsExecutableStack = (flags & ElfConstants.FlagExecute) != 0;
                return true;
            default:
                return true;
        }
    }

    private bool TakeSegment(ElfSegment segment, ulong alignment, ulong fileLength, ulong table, ulong tableBytes)
    {
        const ulong Mask = PageBytes - 1;
        const ulong MaxAlignment = 1UL << 30;
        if (segment.MemorySize == 0)
        {
            return segment.FileSize == 0;
        }

        if (segment.FileSize > segment.MemorySize || !Fits(segment.Offset, segment.FileSize, fileLength)
            || !VirtAddr.IsUserRange(new VirtAddr(segment.Address), segment.MemorySize)
            || ((segment.Address ^ segment.Offset) & Mask) != 0)
        {
            return false;
        }

        _segments.Add(segment);
        Low = Math.Min(Low, segment.Address & ~Mask);
        High = Math.Max(High, (segment.End + Mask) & ~Mask);
        if (alignment > Alignment && alignment <= MaxAlignment && (alignment & (alignment - 1)) == 0)
        {
            Alignment = alignment;
        }

        if (table >= segment.Offset && Fits(table - segment.Offset, tableBytes, segment.FileSize))
        {
            HeadersAddress = segment.Address + (table - segment.Offset);
        }

        return true;
    }

    private bool TakeInterpreter(PageSource file, ulong offset, ulong length)
    {
        if (length is < 2 or > MaxInterpreterBytes || !Fits(offset, length, file.Length))
        {
            return false;
        }

        byte[] path = new byte[length];
        if (!TryRead(file, offset, path) || path[^1] != 0)
        {
            return false;
        }

        int end = Array.IndexOf(path, (byte)0);
        Interpreter = path.AsSpan(0, end).ToArray();
        return end > 0;
    }
}
