using Mote.Imaging.Elf;

namespace Mote.Imaging.Linking;

/// <summary>An ELF file as the dynamic loader has it in memory.</summary>
/// <param name="Name">Its guest path, for reasons and messages.</param>
/// <param name="HostFolder">What $ORIGIN means on the host.</param>
/// <param name="GuestFolder">What $ORIGIN means in the image.</param>
/// <param name="Elf">What it asks for.</param>
/// <param name="Loader">The object that needed it first; null for the program.</param>
internal sealed record LoadedObject(string Name, string HostFolder, string GuestFolder, ElfFile Elf, LoadedObject? Loader);
