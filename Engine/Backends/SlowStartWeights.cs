// SPDX-License-Identifier: MIT
namespace LbEngine.Backends;

/// <summary>The weights of a pool while some of its backends start slowly. Pure.</summary>
/// <remarks>
/// All weights are multiplied first, which changes nothing for any scheduler, so that a backend of weight 1 can have a part of
/// its weight. By no more than the number of steps: the cycle of round robin grows with it.
/// </remarks>
internal static class SlowStartWeights
{
    /// <summary>The permille of a backend that has its full share.</summary>
    public const int Full = 1000;

    /// <summary>How many steps a slow start has at most.</summary>
    public const int Steps = 20;

    /// <summary>The permille with which a slow start begins.</summary>
    public const int FirstStep = Full / Steps;

    private const int MaxWeight = 65_535;

    /// <summary>Changes weights in place, by slot; leaves them alone when nobody starts slowly.</summary>
    public static void Apply(ReadOnlySpan<Backend?> backends, Span<int> weights)
    {
        bool any = false;
        int heaviest = 1;
        long sum = 1;
        for (int i = 0; i < weights.Length; i++)
        {
            any |= backends[i] is { SlowStartPermille: < Full };
            heaviest = Math.Max(heaviest, weights[i]);
            sum += weights[i];
        }

        if (!any)
        {
            return;
        }

        long factor = Math.Max(1, Math.Min(Steps, Math.Min(MaxWeight / heaviest, int.MaxValue / sum)));
        for (int i = 0; i < weights.Length; i++)
        {
            if (backends[i] is Backend backend && weights[i] > 0)
            {
                weights[i] = (int)Math.Max(1, weights[i] * factor * backend.SlowStartPermille / Full);
            }
        }
    }
}
