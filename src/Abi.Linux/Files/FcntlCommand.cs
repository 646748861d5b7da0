namespace Mote.Abi.Linux;

/// <summary>The commands of fcntl(2) (linux/fcntl.h).</summary>
public enum FcntlCommand
{
    Duplicate = 0,
    GetDescriptorFlags = 1,
    SetDescriptorFlags = 2,
    GetStatusFlags = 3,
    SetStatusFlags = 4,
    GetLock = 5,
    SetLock = 6,
    SetLockWait = 7,
    SetOwner = 8,
    GetOwner = 9,
    SetSignal = 10,
    GetSignal = 11,
    SetOwnerExtended = 15,
    GetOwnerExtended = 16,
    GetOwnerUsers = 17,
    GetDescriptionLock = 36,
    SetDescriptionLock = 37,
    SetDescriptionLockWait = 38,
    SetLease = 1024,
    GetLease = 1025,
    Notify = 1026,
    DuplicateCloseOnExec = 1030,
    SetPipeSize = 1031,
    GetPipeSize = 1032,
    AddSeals = 1033,
    GetSeals = 1034,
    GetLifetime = 1035,
    SetLifetime = 1036,
}
