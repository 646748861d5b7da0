namespace Mote.Compatibility.Code;

/// <summary>A section header (elf(5), Elf64_Shdr).</summary>
internal readonly record struct ElfSection(uint Type, bool IsLoaded, ulong Address, ulong Offset, ulong Length, int Link)
{
    private const uint NoBits = 8;

    public static ElfSection Read(byte[] file, ulong at)
    {
        uint type = ElfBytes.Word32(file, at + 4);
        ulong offset = ElfBytes.Word64(file, at + 24);
        ulong length = type == NoBits ? 0 : ElfBytes.Word64(file, at + 32);
        _ = ElfBytes.Slice(file, type == NoBits ? 0 : offset, length);
        return new ElfSection(type, (ElfBytes.Word64(file, at + 8) & 2) != 0, ElfBytes.Word64(file, at + 16), offset, length, (int)ElfBytes.Word32(file, at + 40));
    }
}
