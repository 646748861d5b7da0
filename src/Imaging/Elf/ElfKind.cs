namespace Mote.Imaging.Elf;

/// <summary>The object file type (e_type of elf(5)).</summary>
internal enum ElfKind
{
    Relocatable = 1,
    Executable = 2,
    SharedObject = 3,
    Core = 4,
}
