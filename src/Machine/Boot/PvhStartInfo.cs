using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Mote.Machine;

/// <summary>struct hvm_start_info, version 1 (Xen public/arch-x86/hvm/start_info.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PvhStartInfo
{
    public uint Magic;
    public uint Version;
    public uint Flags;
    public uint ModuleCount;
    public ulong Modules;
    public ulong CommandLine;
    public ulong Rsdp;
    public ulong MemoryMap;
    public uint MemoryMapEntries;
    public uint Reserved;

    /// <summary>Length of struct hvm_modlist_entry: address, size, command line, reserved.</summary>
    public const int ModuleBytes = 32;

    /// <summary>Where a module lies, by its entry.</summary>
    public static MemoryRange ModuleRange(ReadOnlySpan<byte> entry) =>
        MemoryRange.Of(BinaryPrimitives.ReadUInt64LittleEndian(entry), BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]));
}
