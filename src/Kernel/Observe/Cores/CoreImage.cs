using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Kernel.Processes;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Observe;

/// <summary>
/// The memory and threads of a process as an ELF core file (core(5), elf(5); fs/binfmt_elf.c in Linux): the header, a segment for the
/// notes and one for each area, the notes, and the
/// areas' pages. Sizes are known before anything is written because the process stands still.
/// </summary>
internal sealed class CoreImage(Process process, CoreNotes notes, CoreStream stream, byte[] page)
{
    private const uint PagesAtOnce = 256;

    private readonly CoreFilter _filter = process.CoreContents;

    /// <summary>Writes all of it on the current thread; what the tool does not take any more is left out.</summary>
    public void Write()
    {
        MemoryMap memory = process.Memory;
        ulong headers = (ulong)(ElfConstants.HeaderBytes + ((memory.Count + 1) * ElfConstants.ProgramHeaderBytes));
        ulong noteBytes = notes.Measure();
        WriteHeader(memory.Count + 1);
        WriteSegment(ElfConstants.SegmentNote, 0, headers, 0, noteBytes, 0, alignment: 4);
        ulong offset = (headers + noteBytes + PageSize.Mask) & ~(ulong)PageSize.Mask;
        for (Area? area = memory.First; area != null && !stream.IsStopped; area = memory.Next(area))
        {
            ulong kept = memory.CoreBytesOf(area, _filter);
            WriteSegment(ElfConstants.SegmentLoad, AccessOf(area), offset, area.Start.Value, kept, area.Length, (ulong)PageSize.Bytes);
            offset += kept;
        }

        notes.Write();
        stream.Align((ulong)PageSize.Bytes);
        for (Area? area = memory.First; area != null && !stream.IsStopped; area = memory.Next(area))
        {
            WritePages(memory, area);
        }

        stream.Finish();
    }

    private static uint AccessOf(Area area) =>
        ((area.Protection & PageAccess.Read) != 0 ? ElfConstants.FlagRead : 0)
        | ((area.Protection & PageAccess.Write) != 0 ? ElfConstants.FlagWrite : 0)
        | ((area.Protection & PageAccess.Execute) != 0 ? ElfConstants.FlagExecute : 0);

    private void WriteHeader(int segments)
    {
        // More than 65,534 would need a section header that counts them; a map has fewer areas (MemoryMap.MaxAreas).
        Span<byte> header = stackalloc byte[ElfConstants.HeaderBytes];
        header.Clear();
        ReadOnlySpan<byte> identity = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]; // 64 bits, little-endian, version 1
        identity.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[16..], ElfConstants.TypeCore);
        BinaryPrimitives.WriteUInt16LittleEndian(header[18..], ElfConstants.MachineX64);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 1);
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], ElfConstants.HeaderBytes); // e_phoff
        BinaryPrimitives.WriteUInt16LittleEndian(header[52..], ElfConstants.HeaderBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(header[54..], ElfConstants.ProgramHeaderBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(header[56..], (ushort)segments);
        stream.Put(header);
    }

    private void WriteSegment(uint type, uint flags, ulong offset, ulong address, ulong fileBytes, ulong memoryBytes, ulong alignment)
    {
        Span<byte> header = stackalloc byte[ElfConstants.ProgramHeaderBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(header, type);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], flags);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], offset);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], address);
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], 0); // the physical address
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], fileBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(header[40..], memoryBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(header[48..], alignment);
        stream.Put(header);
    }

    private void WritePages(MemoryMap memory, Area area)
    {
        VirtAddr at = area.Start;
        VirtAddr end = at + memory.CoreBytesOf(area, _filter);
        uint pages = 0;
        while (!stream.IsStopped && memory.TryFindContent(area, at, end, out VirtAddr found))
        {
            stream.Skip(found.Value - at.Value);
            if (memory.TryReadPage(area, found, page) && page.AsSpan().ContainsAnyExcept((byte)0))
            {
                stream.Put(page);
            }
            else
            {
                stream.Skip((ulong)PageSize.Bytes);
            }

            at = found + (ulong)PageSize.Bytes;
            if (++pages % PagesAtOnce == 0)
            {
                KernelThread.Current.Scheduler.GiveWay();
            }
        }

        stream.Skip(end.Value - at.Value);
    }
}
