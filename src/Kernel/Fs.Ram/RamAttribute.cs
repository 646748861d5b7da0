namespace Mote.Kernel.Fs.Ram;

/// <summary>An extended attribute: its full name, with the namespace, and its value.</summary>
internal sealed record RamAttribute(byte[] Name, byte[] Value);
