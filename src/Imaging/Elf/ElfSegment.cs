namespace Mote.Imaging.Elf;

/// <summary>A program header (elf(5), Elf64_Phdr), checked to lie inside the file.</summary>
internal readonly record struct ElfSegment(uint Type, uint Flags, ulong Offset, ulong VirtualAddress, ulong FileSize, ulong MemorySize)
{
    public const uint TypeLoad = 1;
    public const uint TypeDynamic = 2;
    public const uint TypeInterp = 3;
}
