namespace Mote.Kernel.Terminals;

/// <summary>struct winsize (ioctl_tty(2)): characters, then pixels. Nobody but programs uses it.</summary>
public readonly record struct WindowSize(ushort Rows, ushort Columns, ushort Width, ushort Height);
