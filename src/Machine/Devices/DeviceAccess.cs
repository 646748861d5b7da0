namespace Mote.Machine;

/// <summary>What a device may do with memory that it is shown.</summary>
public enum DeviceAccess
{
    Read,
    Write,
}
