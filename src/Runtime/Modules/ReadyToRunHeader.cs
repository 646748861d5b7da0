namespace Mote.Runtime;

/// <summary>The header that ilc puts before a module's table of sections (src/coreclr/inc/readytorun.h in dotnet/runtime).</summary>
internal struct ReadyToRunHeader
{
    public const uint ExpectedMagic = 0x00525452;
    public const ushort ExpectedMajorVersion = 16;

    public uint Magic;
    public ushort MajorVersion;
    public ushort MinorVersion;
    public uint Attributes;
    public ushort Sections;
    public byte EntrySize;
    public byte EntryType;
}
