namespace Mote.Compatibility;

/// <summary>A file of an image.</summary>
/// <param name="Path">Its path in the image.</param>
/// <param name="HostPath">Where its bytes are.</param>
public sealed record ProgramFile(string Path, string HostPath);
