namespace Mote.Abi.Linux;

/// <summary>Numbers of the ELF format that loading and core files need (elf(5)).</summary>
public static class ElfConstants
{
    public const int HeaderBytes = 64;
    public const int ProgramHeaderBytes = 56;
    public const ushort TypeExecutable = 2;
    public const ushort TypeShared = 3;
    public const ushort TypeCore = 4;
    public const ushort MachineX64 = 62;
    public const uint SegmentLoad = 1;
    public const uint SegmentInterpreter = 3;
    public const uint SegmentNote = 4;
    public const uint SegmentProgramHeaders = 6;
    public const uint SegmentStack = 0x6474e551;
    public const uint FlagExecute = 1;
    public const uint FlagWrite = 2;
    public const uint FlagRead = 4;
}
