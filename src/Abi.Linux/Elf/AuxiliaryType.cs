namespace Mote.Abi.Linux;

/// <summary>AT_ types of the auxiliary vector (getauxval(3)).</summary>
public enum AuxiliaryType
{
    Null = 0,
    ProgramHeaders = 3,
    ProgramHeaderSize = 4,
    ProgramHeaderCount = 5,
    PageSize = 6,
    InterpreterBase = 7,
    Flags = 8,
    Entry = 9,
    UserId = 11,
    EffectiveUserId = 12,
    GroupId = 13,
    EffectiveGroupId = 14,
    Platform = 15,
    HardwareCapabilities = 16,
    ClockTicks = 17,
    Secure = 23,
    Random = 25,
    HardwareCapabilities2 = 26,
    ExecutableName = 31,
    VdsoImage = 33,
    MinimumSignalStack = 51,
}
