namespace Mote.Imaging.Inputs;

/// <summary>What a host path is, without following a link at its end.</summary>
internal enum HostKind
{
    Absent,
    File,
    Directory,
    Link,
    Other,
}
