namespace Mote.Kernel.Filters;

/// <summary>What a filter loads from.</summary>
public interface IFilterInput
{
    /// <summary>Bytes that there are.</summary>
    int Length { get; }

    /// <summary>
    /// A number of one, two or four bytes, the first the highest; false beyond the end. Negative offsets count from <see
    /// cref="FilterProgram.NetworkOffset"/> or <see cref="FilterProgram.LinkOffset"/>.
    /// </summary>
    bool TryLoad(int offset, int bytes, out uint value);

    /// <summary>What is not in the input; false ends the filter with zero.</summary>
    bool TryGet(FilterExtra extra, uint accumulator, uint index, out uint value);
}
