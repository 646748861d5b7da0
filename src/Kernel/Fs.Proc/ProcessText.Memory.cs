using System;
using Mote.Kernel.Memory;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Fs.Proc;

// Maps and sizes.
internal sealed partial class ProcessText
{
    private const int PathColumn = 73;
    private const int AreasAtOnce = 64;

    private void WriteMaps(ByteText text, bool withSizes)
    {
        int count = 0;
        VirtAddr end;
        for (Area? area = process.Memory.First; area != null; area = process.HasExited ? null : process.Memory.FindFrom(end))
        {
            end = area.End;
            WriteArea(text, area);
            if (withSizes)
            {
                AddSize(text, "Size:           "u8, area.Length);
                text.Add("KernelPageSize:        4 kB\nMMUPageSize:           4 kB\n"u8);
                WriteResident(text, process.Memory.MeasureResident(area), isSum: false);
                text.Add("THPeligible:           "u8).Add(process.Memory.IsHugePageEligible(area) ? 1 : 0).Add("\n"u8);
                WriteFlags(text, area);
            }

            // A program may have tens of thousands.
            if (++count % AreasAtOnce == 0 && !LongWork.IsWanted())
            {
                break;
            }
        }
    }

    private void WriteArea(ByteText text, Area area)
    {
        int start = text.Length;
        text.AddHex(area.Start.Value, 8).Add("-"u8).AddHex(area.End.Value, 8).Add(" "u8);
        Span<byte> access = stackalloc byte[AreaText.AccessBytes];
        AreaText.WriteAccess(area, access);
        text.Add(access).Add(" "u8);
        OpenFile? file = area.File;
        ulong device = file?.Inode.FileSystem.Device ?? 0;
        text.AddHex(file == null ? 0 : area.SourcePage << PageSize.Shift, 8).Add(" "u8);
        text.AddHex(DeviceNumber.Major(device), 2).Add(":"u8).AddHex(DeviceNumber.Minor(device), 2).Add(" "u8);
        text.Add(file?.Inode.Number ?? 0).Add(" "u8);
        if (file != null)
        {
            Pad(text, start, PathColumn);
            WritePath(text, file.Path);
        }
        else
        {
            ReadOnlySpan<byte> label = AreaText.LabelOf(area);
            if (!label.IsEmpty)
            {
                Pad(text, start, PathColumn);
                text.Add(label);
            }
        }

        text.Add("\n"u8);
    }

    private void WritePath(ByteText text, PathNode path)
    {
        Span<byte> buffer = stackalloc byte[1024];
        if (path.WritePath(process.Fs.Root, buffer).TryGet(out int length))
        {
            text.Add(buffer[..length]);
        }
    }

    private void WriteSmapsSum(ByteText text)
    {
        Area? first = process.Memory.First;
        if (first == null)
        {
            return;
        }

        Area last = first;
        for (Area? area = first; area != null; area = process.Memory.Next(area))
        {
            last = area;
        }

        int start = text.Length;
        text.AddHex(first.Start.Value, 8).Add("-"u8).AddHex(last.End.Value, 8).Add(" ---p 00000000 00:00 0 "u8);
        Pad(text, start, PathColumn);
        text.Add("[rollup]\n"u8);
        WriteResident(text, process.Memory.MeasureResident(), isSum: true);
    }

    /// <summary>The lines from Rss to Locked. One process has its pages to itself: its proportional share is all of them.</summary>
    private static void WriteResident(ByteText text, in ResidentSizes sizes, bool isSum)
    {
        AddSize(text, "Rss:            "u8, sizes.Total);
        AddSize(text, "Pss:            "u8, sizes.Total);
        AddSize(text, "Pss_Dirty:      "u8, sizes.Dirty);
        if (isSum)
        {
            AddSize(text, "Pss_Anon:       "u8, sizes.Anonymous);
            AddSize(text, "Pss_File:       "u8, sizes.File);
            AddSize(text, "Pss_Shmem:      "u8, sizes.Shared);
        }

        AddSize(text, "Shared_Clean:   "u8, 0);
        AddSize(text, "Shared_Dirty:   "u8, 0);
        AddSize(text, "Private_Clean:  "u8, sizes.Total - sizes.Dirty);
        AddSize(text, "Private_Dirty:  "u8, sizes.Dirty);
        AddSize(text, "Referenced:     "u8, sizes.Referenced);
        AddSize(text, "Anonymous:      "u8, sizes.Anonymous);
        AddSize(text, "KSM:            "u8, 0);
        AddSize(text, "LazyFree:       "u8, 0);
        AddSize(text, "AnonHugePages:  "u8, sizes.Huge);
        AddSize(text, "ShmemPmdMapped: "u8, 0);
        AddSize(text, "FilePmdMapped:  "u8, 0);
        AddSize(text, "Shared_Hugetlb: "u8, 0);
        AddSize(text, "Private_Hugetlb:"u8, 0);
        AddSize(text, "Swap:           "u8, 0);
        AddSize(text, "SwapPss:        "u8, 0);
        AddSize(text, "Locked:         "u8, sizes.Locked);
    }

    /// <summary>The two-letter flags of proc_pid_smaps(5), in Linux's order.</summary>
    private static void WriteFlags(ByteText text, Area area)
    {
        text.Add("VmFlags: "u8);
        text.Add((area.Protection & PageAccess.Read) != 0 ? "rd "u8 : default);
        text.Add((area.Protection & PageAccess.Write) != 0 ? "wr "u8 : default);
        text.Add((area.Protection & PageAccess.Execute) != 0 ? "ex "u8 : default);
        text.Add(area.IsShared ? "sh "u8 : default);
        text.Add((area.Flags & AreaFlags.NeverWritable) != 0 ? "mr me "u8 : "mr mw me "u8);
        text.Add(area.IsShared ? "ms "u8 : default);
        text.Add((area.Flags & AreaFlags.GrowsDown) != 0 ? "gd "u8 : default);
        text.Add((area.Flags & AreaFlags.Locked) != 0 ? "lo "u8 : default);
        text.Add((area.Flags & AreaFlags.DontFork) != 0 ? "dc "u8 : default);
        text.Add((area.Flags & AreaFlags.NoReserve) != 0 ? "nr "u8 : default);
        text.Add((area.Flags & AreaFlags.WipeOnFork) != 0 ? "wf "u8 : default);
        text.Add((area.Flags & AreaFlags.DontDump) != 0 ? "dd "u8 : default);
        text.Add((area.Flags & AreaFlags.HugePage) != 0 ? "hg "u8 : default);
        text.Add((area.Flags & AreaFlags.NoHugePage) != 0 ? "nh "u8 : default);
        text.Add("\n"u8);
    }

    private void WriteMemorySizes(ByteText text)
    {
        ResidentSizes resident = process.Memory.MeasureResident();
        MappedSizes mapped = process.Memory.MeasureMapped();

        // size resident shared text lib data dt, in pages
        text.Add(process.Memory.Size >> PageSize.Shift).Add(" "u8).Add(resident.Total >> PageSize.Shift).Add(" "u8);
        text.Add((resident.File + resident.Shared) >> PageSize.Shift).Add(" "u8).Add(ProgramCodeBytes >> PageSize.Shift).Add(" 0 "u8);
        text.Add((mapped.Data + mapped.Stack) >> PageSize.Shift).Add(" 0\n"u8);
    }

    /// <summary>VmPeak to VmSwap.</summary>
    private void WriteMemoryStatus(ByteText text)
    {
        ResidentSizes resident = process.Memory.MeasureResident();
        MappedSizes mapped = process.Memory.MeasureMapped();
        ulong code = ProgramCodeBytes;
        AddSize(text, "VmPeak:\t"u8, process.Memory.PeakSize);
        AddSize(text, "VmSize:\t"u8, process.Memory.Size);
        AddSize(text, "VmLck:\t"u8, process.Memory.MeasureLocked());
        text.Add("VmPin:\t       0 kB\n"u8);
        AddSize(text, "VmHWM:\t"u8, process.Memory.PeakResidentPages << PageSize.Shift);
        AddSize(text, "VmRSS:\t"u8, resident.Total);
        AddSize(text, "RssAnon:\t"u8, resident.Anonymous);
        AddSize(text, "RssFile:\t"u8, resident.File);
        AddSize(text, "RssShmem:\t"u8, resident.Shared);
        AddSize(text, "VmData:\t"u8, mapped.Data);
        AddSize(text, "VmStk:\t"u8, mapped.Stack);
        AddSize(text, "VmExe:\t"u8, code);
        AddSize(text, "VmLib:\t"u8, mapped.Code - code);
        text.Add("VmPTE:\t       4 kB\nVmSwap:\t       0 kB\n"u8);
    }

    /// <summary>The code of the program's own file, as mapped.</summary>
    private ulong ProgramCodeBytes
    {
        get
        {
            ulong bytes = 0;
            for (Area? area = process.Memory.First; area != null; area = process.Memory.Next(area))
            {
                bool isCode = (area.Protection & (PageAccess.Execute | PageAccess.Write)) == PageAccess.Execute;
                bytes += isCode && area.File != null && area.File.Inode == process.Image.File?.Inode ? area.Length : 0;
            }

            return bytes;
        }
    }

    private static void AddSize(ByteText text, ReadOnlySpan<byte> label, ulong bytes) =>
        text.Add(label).AddRight(bytes >> 10, 8).Add(" kB\n"u8);
}
