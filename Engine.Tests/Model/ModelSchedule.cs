// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Model;

/// <summary>What happens in one run: a setting, and steps that a model reads as it likes.</summary>
/// <param name="Setup">The setting.</param>
/// <param name="Steps">The steps.</param>
internal sealed record ModelSchedule(int Setup, int[] Steps)
{
    public const int Largest = (1 << 24) - 1;

    public override string ToString() => $"setup {Setup}, steps [{string.Join(", ", Steps)}]";

    /// <summary>Smaller ones, the smallest first: without stretches of steps, then with smaller numbers.</summary>
    public IEnumerable<ModelSchedule> Shrink()
    {
        for (int length = Steps.Length; length > 0; length /= 2)
        {
            for (int from = 0; from + length <= Steps.Length; from += length)
            {
                yield return this with { Steps = [.. Steps[..from], .. Steps[(from + length)..]] };
            }
        }

        for (int bit = 1; bit <= Setup; bit <<= 1)
        {
            if ((Setup & bit) != 0)
            {
                yield return this with { Setup = Setup & ~bit };
            }
        }

        for (int i = 0; i < Steps.Length; i++)
        {
            // What a step does stays; what it does it with becomes the first of all.
            ModelStep step = ModelStep.Read(Steps[i]);
            foreach (ModelStep less in new[] { step with { First = 0, Second = 0 }, step with { First = 0 }, step with { Second = 0 } })
            {
                if (less.Write() < Steps[i])
                {
                    yield return this with { Steps = [.. Steps[..i], less.Write(), .. Steps[(i + 1)..]] };
                }
            }
        }
    }
}
