namespace Mote.Runtime;

/// <summary>Where a method's code lies (MethodRegionInfo). Only the start matters: ilc splits no method.</summary>
internal struct MethodRegion
{
    public nint Start;
    public nuint Size;
    public nint ColdStart;
    public nuint ColdSize;
}
