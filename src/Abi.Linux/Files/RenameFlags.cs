using System;

namespace Mote.Abi.Linux;

/// <summary>The flags of renameat2(2).</summary>
[Flags]
public enum RenameFlags : uint
{
    None = 0,
    NoReplace = 1,
    Exchange = 2,
    WhiteOut = 4,
}
