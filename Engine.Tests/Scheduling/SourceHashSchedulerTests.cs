// SPDX-License-Identifier: MIT
using LbEngine.Scheduling;
using static LbEngine.Tests.Scheduling.SchedulerCases;

namespace LbEngine.Tests.Scheduling;

public class SourceHashSchedulerTests
{
    private const int Clients = 100_000;

    private static readonly SourceHashSchedulerFactory SharedFactory = new();

    [Fact]
    public void SelectBackend_TenEqualBackends_SharesClientsWithinTwoPercent()
    {
        int[] tally = Tally(PickClients(CreateScheduler(Ten())), 10);

        Assert.All(tally, count => Assert.InRange(count, 9_800, 10_200));
    }

    [Fact]
    public void SelectBackend_UnequalWeights_SharesClientsByWeight()
    {
        int[] tally = Tally(PickClients(CreateScheduler(new SchedulingSetBuilder(6, 3, 2, 1).Build())), 4);

        Assert.InRange(tally[0], 49_000, 51_000);
        Assert.InRange(tally[1], 24_300, 25_700);
        Assert.InRange(tally[2], 16_000, 17_300);
        Assert.InRange(tally[3], 7_900, 8_800);
    }

    [Fact]
    public void SelectBackend_AnotherOrderOfConfiguration_SendsEveryClientToTheSameName()
    {
        SchedulingSet here = new SchedulingSetBuilder(3, 1, 2).Named("a", "b", "c").Build();
        SchedulingSet there = new SchedulingSetBuilder(2, 0, 3, 1).Named("c", "x", "a", "b").Build();
        IBackendScheduler hereScheduler = CreateScheduler(here);
        IBackendScheduler thereScheduler = CreateScheduler(there);

        for (ulong client = 0; client < 10_000; client++)
        {
            string picked = here.GetName(hereScheduler.SelectBackend(Client(client)));
            Assert.Equal(picked, there.GetName(thereScheduler.SelectBackend(Client(client))));
        }
    }

    [Fact]
    public void SelectBackend_OneGoesDown_MovesOnlyItsClientsAndSpreadsThem()
    {
        int[] before = PickClients(CreateScheduler(Ten()));

        int[] after = PickClients(CreateScheduler(new SchedulingSetBuilder([.. Enumerable.Repeat(1, 10)]).Down(4).Build()));

        int[] moved = [.. Enumerable.Range(0, Clients).Where(client => before[client] != after[client])];
        Assert.All(moved, client => Assert.Equal(4, before[client]));
        Assert.Equal(before.Count(pick => pick == 4), moved.Length);
        int[] takers = Tally(moved.Select(client => after[client]), 10);
        Assert.All(takers.Where((_, i) => i != 4), count => Assert.InRange(count, 900, 1_320));
    }

    [Fact]
    public void SelectBackend_NineOfTenDownOneByOne_MovesNoClientOfTheOthers()
    {
        SchedulingSetBuilder builder = new([.. Enumerable.Repeat(1, 10)]);
        var factory = new SourceHashSchedulerFactory();
        int[] before = PickClients(factory.Create(builder.Build()));
        for (int down = 0; down < 9; down++)
        {
            int[] after = PickClients(factory.Create(builder.Down(down).Build()));

            // A client moves only when the backend that it had is the one that went down.
            Assert.All(Enumerable.Range(0, Clients).Where(client => before[client] != down), client => Assert.Equal(before[client], after[client]));
            before = after;
        }

        Assert.All(before, pick => Assert.Equal(9, pick));
    }

    [Fact]
    public void SelectBackend_OneOf500Left_ReachesItFromEverySlot()
    {
        SchedulingSetBuilder builder = new([.. Enumerable.Repeat(1, 500)]);
        for (int i = 0; i < 499; i++)
        {
            builder.Down(i);
        }

        Assert.All(PickClients(CreateScheduler(builder.Build()), 2000), pick => Assert.Equal(499, pick));
    }

    [Fact]
    public void SelectBackend_FewOf500Left_SharesByWeightBeyondTheReachOfTheTable()
    {
        SchedulingSetBuilder builder = new([.. Enumerable.Range(0, 500).Select(i => i == 1 ? 30 : 10)]);
        for (int i = 2; i < 500; i++)
        {
            builder.Down(i);
        }

        int[] tally = Tally(PickClients(CreateScheduler(builder.Build()), 8000), 500);

        Assert.InRange(tally[1], 5_750, 6_250);
        Assert.Equal(8_000, tally[0] + tally[1]);
    }

    [Fact]
    public void SelectBackend_PreferredIsFullOrExcluded_GoesWhereItWouldIfItWereDown()
    {
        IBackendScheduler all = CreateScheduler(Ten());
        for (ulong client = 0; client < 200; client++)
        {
            int preferred = all.SelectBackend(Client(client));
            int whenDown = CreateScheduler(new SchedulingSetBuilder([.. Enumerable.Repeat(1, 10)]).Down(preferred).Build(), SharedFactory)
                .SelectBackend(Client(client));
            int whenFull = CreateScheduler(new SchedulingSetBuilder([.. Enumerable.Repeat(1, 10)]).Limit(preferred, 0).Build(), SharedFactory)
                .SelectBackend(Client(client));

            Assert.Equal(whenDown, whenFull);
            Assert.Equal(whenDown, all.SelectBackend(Client(client, preferred)));
        }
    }

    [Fact]
    public void Create_BackendRemovedFromTen_MovesFewClientsOfTheOthers()
    {
        int[] before = PickClients(CreateScheduler(Ten()));

        int[] after = PickClients(CreateScheduler(new SchedulingSetBuilder([.. Enumerable.Repeat(1, 10)]).Vacant(4).Build()));

        int disturbed = Enumerable.Range(0, Clients).Count(client => before[client] != 4 && before[client] != after[client]);
        Assert.InRange(disturbed, 0, Clients * 3 / 100);
        Assert.DoesNotContain(4, after);
    }

    private static SchedulingSet Ten() => new SchedulingSetBuilder([.. Enumerable.Repeat(1, 10)]).Build();

    private static SourceHashScheduler CreateScheduler(SchedulingSet set, SourceHashSchedulerFactory? factory = null) =>
        (factory ?? new SourceHashSchedulerFactory()).Create(set);

    private static int[] PickClients(IBackendScheduler scheduler, int clients = Clients) => PickShort(scheduler, clients);
}
