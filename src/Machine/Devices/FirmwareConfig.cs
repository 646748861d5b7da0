using System;
using System.Buffers.Binary;

namespace Mote.Machine;

/// <summary>
/// Files that the VMM has for the guest (QEMU, docs/specs/fw_cfg.rst), read by the device's DMA interface: an exit to the VMM for each step instead of one for each byte. Only for a machine that is known
/// to have the device.
/// </summary>
public static class FirmwareConfig
{
    private const ushort AddressLow = 0x518;
    private const uint DirectorySelector = 0x19;

    // Bits of the control word.
    private const uint Error = 1;
    private const uint Read = 2;
    private const uint Select = 8;

    // The page: the control structure, and from DataOffset on what is read.
    private const int PageBytes = 4096;
    private const int DataOffset = 64;
    private const int DataBytes = PageBytes - DataOffset;

    // struct FWCfgFile, all big-endian: size, selector, reserved, name.
    private const int EntryBytes = 64;
    private const int SelectorOffset = 4;
    private const int NameOffset = 8;
    private const int LongestName = 55;

    /// <summary>Larger files are left alone.</summary>
    private const uint LargestFile = 1 << 20;

    private const int Patience = 1_000_000;

    /// <summary>The bytes of a file; null when there is none of this name, or no device.</summary>
    public static byte[]? TryReadFile(ReadOnlySpan<byte> name)
    {
        if (MachineKind.IsHosted || !DmaRegion.TryAllocate(PageBytes, out DmaRegion? page) || !TryRun(page!, (DirectorySelector << 16) | Select | Read, DataBytes))
        {
            return null;
        }

        Span<byte> entry = stackalloc byte[EntryBytes];
        page!.Read(DataOffset, entry[..4]);
        uint count = Math.Min(BinaryPrimitives.ReadUInt32BigEndian(entry), (DataBytes - 4) / EntryBytes);
        for (int i = 0; i < (int)count; i++)
        {
            page.Read(DataOffset + 4 + (i * EntryBytes), entry);
            ReadOnlySpan<byte> found = entry.Slice(NameOffset, LongestName);
            if (found.StartsWith(name) && found[name.Length] == 0)
            {
                return TryReadAll(page, BinaryPrimitives.ReadUInt16BigEndian(entry[SelectorOffset..]), BinaryPrimitives.ReadUInt32BigEndian(entry));
            }
        }

        return null;
    }

    private static byte[]? TryReadAll(DmaRegion page, uint selector, uint size)
    {
        if (size > LargestFile)
        {
            return null;
        }

        byte[] file = new byte[size];
        uint control = (selector << 16) | Select | Read;
        for (int done = 0; done < file.Length;)
        {
            int count = Math.Min(DataBytes, file.Length - done);
            if (!TryRun(page, control, (uint)count))
            {
                return null;
            }

            page.Read(DataOffset, file.AsSpan(done, count));
            done += count;
            control = Read;
        }

        return file;
    }

    /// <summary>One transfer to <see cref="DataOffset"/>: the device has done it when the control word is zero, which QEMU sees to before the port's write returns.</summary>
    private static bool TryRun(DmaRegion page, uint control, uint length)
    {
        page.Write32(4, BinaryPrimitives.ReverseEndianness(length));
        page.Write64(8, BinaryPrimitives.ReverseEndianness(page.DeviceAddress.Value + DataOffset));
        page.Write32(0, BinaryPrimitives.ReverseEndianness(control));

        // The high half of the address stays zero: the first pages of DMA memory lie low. The write of the low half starts the transfer.
        if (page.DeviceAddress.Value > uint.MaxValue)
        {
            return false;
        }

        Native.Out32(AddressLow, BinaryPrimitives.ReverseEndianness((uint)page.DeviceAddress.Value));
        for (int tries = 0; tries < Patience; tries++)
        {
            uint state = BinaryPrimitives.ReverseEndianness(page.Read32(0));
            if ((state & ~Error) == 0)
            {
                return state == 0;
            }
        }

        return false;
    }
}
