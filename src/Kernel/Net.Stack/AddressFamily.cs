namespace Mote.Kernel.Net.Stack;

/// <summary>Of which kind an endpoint's addresses are.</summary>
public enum AddressFamily : byte
{
    V4,
    V6,
}
