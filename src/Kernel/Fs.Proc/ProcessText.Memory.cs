using System;
using Mote.Kernel.Memory;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Fs.Proc;

// Maps and sizes.
internal sealed partial class ProcessText
{
    private const int PathColumn = 73;

    private ulong ResidentBytes => process.Space.ResidentPages << PageSize.Shift;

    private void WriteMaps(ByteText text, bool withSizes)
    {
        for (Area? area = process.Memory.First; area != null; area = process.Memory.Next(area))
        {
            WriteArea(text, area);
            if (withSizes)
            {
                WriteSizes(text, area.Length);
                text.Add("VmFlags: rd\n"u8);
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

    private static void WriteSizes(ByteText text, ulong bytes)
    {
        AddSize(text, "Size:           "u8, bytes);
        text.Add("KernelPageSize:        4 kB\nMMUPageSize:           4 kB\n"u8);
        AddSize(text, "Rss:            "u8, 0);
        AddSize(text, "Pss:            "u8, 0);
        AddSize(text, "Shared_Clean:   "u8, 0);
        AddSize(text, "Shared_Dirty:   "u8, 0);
        AddSize(text, "Private_Clean:  "u8, 0);
        AddSize(text, "Private_Dirty:  "u8, 0);
        AddSize(text, "Swap:           "u8, 0);
    }

    private void WriteSmapsSum(ByteText text)
    {
        text.Add("00400000-7ffffffff000 ---p 00000000 00:00 0                          [rollup]\n"u8);
        AddSize(text, "Rss:            "u8, ResidentBytes);
        AddSize(text, "Pss:            "u8, ResidentBytes);
        AddSize(text, "Shared_Clean:   "u8, 0);
        AddSize(text, "Shared_Dirty:   "u8, 0);
        AddSize(text, "Private_Clean:  "u8, 0);
        AddSize(text, "Private_Dirty:  "u8, ResidentBytes);
        AddSize(text, "Swap:           "u8, 0);
    }

    private void WriteMemorySizes(ByteText text)
    {
        // size resident shared text lib data dt, in pages
        text.Add(process.Memory.Size >> PageSize.Shift).Add(" "u8).Add(process.Space.ResidentPages).Add(" 0 1 0 "u8);
        text.Add(process.Memory.Size >> PageSize.Shift).Add(" 0\n"u8);
    }

    private static void AddSize(ByteText text, ReadOnlySpan<byte> label, ulong bytes) =>
        text.Add(label).AddRight(bytes >> 10, 8).Add(" kB\n"u8);
}
