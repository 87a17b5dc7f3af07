// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Soak.Faults;
using LbEngine.Tests.Harness.Runs;

namespace LbEngine.Tests.Benchmarks.Soak.Faults;

[Trait(Quick.Category, Quick.Slow)]
public sealed class FaultScheduleTests
{
    private const int Backends = 6;
    private const double Seconds = 3600;

    private static readonly FaultKind[] Kinds = [.. Enum.GetValues<FaultKind>().Where(kind => kind != FaultKind.Reload)];

    [Fact]
    public void Make_SameSeed_IsTheSameSchedule() => Assert.Equal(Make(3), Make(3));

    [Fact]
    public void Make_AnHour_HasEveryKindAndNeverMoreThanTwoBackendsOutAtOnce()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            IReadOnlyList<FaultEvent> schedule = Make(seed);

            Assert.Equal(Kinds.Order(), schedule.Select(fault => fault.Kind).Distinct().Order());
            foreach (FaultEvent fault in schedule.Where(IsHard))
            {
                int[] suffering = [.. schedule.Where(other => IsHard(other) && other.At <= fault.At && other.At + other.For > fault.At)
                    .Select(other => other.Backend)];
                Assert.True(suffering.Length <= FaultSchedule.MostAtOnce && suffering.Distinct().Count() == suffering.Length, $"seed {seed}, {fault}");
            }
        }
    }

    [Fact]
    public void Make_LastTakeOverAtATime_IsThereAndHasNoneAfterIt() =>
        Assert.Equal(Seconds / 2, Make(1).Where(fault => fault.Kind == FaultKind.TakeOver).Max(fault => fault.At));

    private static IReadOnlyList<FaultEvent> Make(ulong seed) => FaultSchedule.Make(seed, Seconds, Backends, Kinds, lastTakeOver: Seconds / 2);

    private static bool IsHard(FaultEvent fault) => fault.Backend >= 0 && fault.Kind != FaultKind.Weigh;
}
