using System.Runtime.InteropServices;

namespace Mote.Machine;

/// <summary>struct hvm_start_info, version 1 (Xen public/arch-x86/hvm/start_info.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PvhStartInfo
{
    public const uint ExpectedMagic = 0x336e_c578;

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

    /// <summary>struct hvm_modlist_entry.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Module
    {
        public ulong Address;
        public ulong Size;
        public ulong CommandLine;
        public ulong Reserved;
    }

    /// <summary>struct hvm_memmap_table_entry; type 1 is RAM.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Range
    {
        public const uint Ram = 1;

        public ulong Address;
        public ulong Size;
        public uint Type;
        public uint Reserved;
    }
}
