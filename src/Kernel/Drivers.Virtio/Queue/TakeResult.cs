namespace Mote.Kernel.Drivers.Virtio;

/// <summary>What looking for a used buffer found.</summary>
public enum TakeResult
{
    /// <summary>The device has given nothing back since the last look.</summary>
    Nothing,

    /// <summary>A buffer is back.</summary>
    Taken,

    /// <summary>The device broke the protocol: nothing of this queue can be believed any more. The device must be reset.</summary>
    Broken,
}
