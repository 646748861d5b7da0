using System;
using System.Buffers.Binary;

namespace Mote.Machine;

/// <summary>
/// What a PVH loader hands over (struct hvm_start_info, version 1, of Xen's public/arch-x86/hvm/start_info.h): the RAM, the first module,
/// which is the root image, the command line, and where ACPI's tables begin.
/// What lies in RAM already is taken out of it. All of it is the loader's word, and is checked.
/// </summary>
public sealed class LoaderHandover
{
    /// <summary>More entries of the map than any loader has; Linux takes 128 and some.</summary>
    private const int MaxEntries = 1024;

    /// <summary>Linux takes 2 KiB; the tool's are longer.</summary>
    private const int LongestCommandLine = 1 << 20;

    /// <summary>Firmware and loaders keep their things there, and it is too small to matter.</summary>
    private const ulong LowMemoryEnd = 0x10_0000;

    // struct hvm_start_info
    private const uint ExpectedMagic = 0x336e_c578;
    private const int VersionOffset = 4, ModuleCountOffset = 12, ModulesOffset = 16, CommandLineOffset = 24, RootPointerOffset = 32,
        MapOffset = 40, EntryCountOffset = 48, InfoBytes = 56;

    // struct hvm_modlist_entry: address, size, command line, reserved
    private const int ModuleBytes = 32;

    private readonly MemoryRange[] _ram;

    private LoaderHandover(MemoryRange[] ram, MemoryLayout memory, MemoryRange module, MemoryRange commandLine, ulong rootPointer)
    {
        _ram = ram;
        Memory = memory;
        Module = module;
        CommandLine = commandLine;
        RootPointer = rootPointer;
        End = memory.End;
    }

    /// <summary>All RAM, used or not, also what the kernel cannot use: no device is there.</summary>
    public ReadOnlySpan<MemoryRange> Ram => _ram;

    /// <summary>The RAM that nobody uses.</summary>
    public MemoryLayout Memory { get; }

    /// <summary>The end of all RAM that the kernel can use, used or not.</summary>
    public ulong End { get; }

    /// <summary>Empty without a module.</summary>
    public MemoryRange Module { get; }

    /// <summary>The kernel's command line, without its NUL.</summary>
    public MemoryRange CommandLine { get; }

    /// <summary>Where ACPI's root pointer is; zero when the loader does not say.</summary>
    public ulong RootPointer { get; }

    /// <summary>Reads the structures. Returns what is wrong and what to give, in words, or null when nothing is.</summary>
    /// <param name="physical">Memory, as far as it can be seen.</param>
    /// <param name="startInfo">Where the loader says that its structure is.</param>
    /// <param name="image">Where the kernel is.</param>
    /// <param name="limit">Memory from there on the kernel cannot use.</param>
    /// <param name="handover">Null when something is wrong.</param>
    public static string? Read(PhysicalBytes physical, ulong startInfo, MemoryRange image, ulong limit, out LoaderHandover? handover)
    {
        handover = null;
        Span<byte> info = stackalloc byte[InfoBytes];
        if (!physical.TryRead(startInfo, info) || BinaryPrimitives.ReadUInt32LittleEndian(info) != ExpectedMagic ||
            Word(info, VersionOffset) == 0 || Word(info, EntryCountOffset) == 0)
        {
            return "the loader passed no PVH start info with a memory map: boot the kernel by its PVH entry";
        }

        byte[] map = new byte[(int)Math.Min(Word(info, EntryCountOffset), MaxEntries) * MemoryLayout.EntryBytes];
        if (!physical.TryRead(Address(info, MapOffset), map))
        {
            return $"the loader's memory map is at 0x{Address(info, MapOffset):x}, beyond the first GiB, where the kernel cannot read it";
        }

        Span<byte> entry = stackalloc byte[ModuleBytes];
        MemoryRange module = default;
        if (Word(info, ModuleCountOffset) != 0)
        {
            if (!physical.TryRead(Address(info, ModulesOffset), entry))
            {
                return $"the loader's list of modules is at 0x{Address(info, ModulesOffset):x}, beyond the first GiB, " +
                    "where the kernel cannot read it";
            }

            module = MemoryRange.Of(BinaryPrimitives.ReadUInt64LittleEndian(entry), BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]));
        }

        MemoryLayout memory = MemoryLayout.Read(map, DeviceSpace.Highest);
        MemoryRange[] ram = memory.Ranges.ToArray();
        memory.Remove(new MemoryRange(limit, ulong.MaxValue));
        if (!memory.Holds(image))
        {
            return $"the machine has too little memory: the kernel needs it from 0x{image.Start:x} to 0x{image.End:x} " +
                "without a hole; give it more (mote run --memory, QEMU -m)";
        }

        if (module.Bytes != 0 && module.Start < image.End && module.End > image.Start)
        {
            return "the machine has too little memory: the loader put the root image over the kernel; " +
                "give it more (mote run --memory, QEMU -m)";
        }

        if (!memory.Holds(new MemoryRange(module.Start & ~(ulong)PageSize.Mask, module.End)))
        {
            return $"the loader says that the root image is at 0x{module.Start:x}, {module.Bytes} bytes, " +
                $"where the machine has no memory that the kernel can use (of up to {limit >> 30} GiB)";
        }

        MemoryRange line = FindEnd(physical, Address(info, CommandLineOffset));
        handover = new LoaderHandover(ram, memory, module, line, Address(info, RootPointerOffset));
        memory.Remove(new MemoryRange(0, LowMemoryEnd));
        memory.Remove(image);
        memory.Remove(module);
        memory.Remove(line);
        memory.Remove(MemoryRange.Of(startInfo, InfoBytes));
        memory.Remove(MemoryRange.Of(Address(info, MapOffset), (ulong)map.Length));
        memory.Remove(MemoryRange.Of(Address(info, ModulesOffset), ModuleBytes));
        return null;
    }

    private static uint Word(ReadOnlySpan<byte> info, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(info[offset..]);

    private static ulong Address(ReadOnlySpan<byte> info, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(info[offset..]);

    /// <summary>
    /// The text at an address, to its NUL, which a loader that forgets it cannot make endless. Empty where it cannot be seen.
    /// </summary>
    private static MemoryRange FindEnd(PhysicalBytes physical, ulong address)
    {
        const int ChunkBytes = 64;
        Span<byte> chunk = stackalloc byte[ChunkBytes];
        int length = 0;
        while (address != 0 && length < LongestCommandLine && physical.TryRead(address + (ulong)length, chunk))
        {
            int end = chunk.IndexOf((byte)0);
            if (end >= 0)
            {
                return MemoryRange.Of(address, (ulong)(length + end));
            }

            length += ChunkBytes;
        }

        return MemoryRange.Of(length == 0 ? 0 : address, (ulong)length);
    }
}
