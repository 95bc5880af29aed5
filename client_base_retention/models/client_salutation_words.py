"""Words that the reading of names knows, in small letters, with е for ё."""

MALE = frozenset(
    """
    абдулла адам азамат азат айдар айрат алан александр алексей али алмаз альберт
    альфред анатолий андрей антон антонин аркадий арман арсен арсений артем артемий
    артур архип аслан афанасий ахмед ашот богдан борис булат вадим валентин валерий
    валерьян варлам василий вахтанг велимир вениамин викентий виктор виль виталий влад
    владимир владислав владлен володимир всеволод вячеслав гаврила гавриил геннадий
    генрих георгий герасим герман глеб гордей григорий гурам давид дамир даниил данил
    данила даниэль демид демьян денис джамал дмитрий дмитро евгений евграф егор елисей
    емельян ерофей ефим ефрем жан захар зиновий зураб ибрагим иван игнат игнатий игорь
    ильдар ильнур илья иннокентий иосиф ипполит ираклий искандер исмаил казимир камиль
    карим карл кирилл клим климент кондрат константин корней кузьма лаврентий лазарь
    лев леон леонид леонтий лука любомир магомед макар максим максимилиан марат мариан
    марк марсель мартин матвей мирон мирослав михаил моисей мстислав мурат муса мустафа
    назар наум нестор никита никифор никодим николай нурлан олег олександр оскар остап
    павел панкрат петр платон прокопий прохор радик радий рамазан рамиль расул рафаэль
    рашид ренат ринат роберт родион роман ростислав рубен рудольф руслан рустам рустем
    савва савелий салават самвел самуил святослав севастьян семен серафим сергей сергій
    сидор соломон спартак станислав степан султан тарас тигран тимофей тимур тихон
    умар фадей фарид федор федот феликс филипп фома фридрих харитон хасан христофор
    чингиз шамиль эдгар эдуард эльдар эмиль эммануил эрик эрнест юлиан юлий юрий юсуф
    яков ян ярослав михайло микола олексій андрій юрій петро павло іван ігор
    саша женя валя шура слава паша ваня вася петя коля дима миша гриша леша алеша сережа
    юра толя витя володя вова гена костя рома стас федя леня боря гоша жора макс
    """.split()
)
FEMALE = frozenset(
    """
    августа аврора агата агафья агния ада аделина адель азалия аида айгуль айгерим
    аксинья алевтина александра алена алеся алина алиса алия алла алсу альбина альмира
    амалия амина анастасия ангелина анжела анжелика анисья анита анна антонина анфиса
    арина асель асия ася аурика бела белла берта богдана валентина валерия ванда
    варвара василина василиса венера вера вероника виктория виолетта виталина виталия
    влада владислава галина гаянэ гаяне глафира гузель гульнара гульназ дана дарина
    дария дарья диана дина динара доминика евгения евдокия ева екатерина елена
    елизавета есения ефросинья жанна зарема зара зинаида злата зоя зульфия ивета ивона
    изабелла изольда илона инга инесса инна иоанна ираида ирина ирма искра ия камилла
    карина каролина катерина кира клавдия клара кристина ксения лада лариса лаура
    лейла леся лиана лидия лилиана лилия лина линда лия лола лолита луиза
    любовь людмила магдалена мадина майя мальвина маргарита марианна марина мария
    марта марфа марьям марьяна матрена мила милана милена мира мирослава мирра муза
    надежда наиля нана наталия наталья нателла нелли неля ника нина нинель нона нонна
    оксана октябрина олеся олена олимпиада ольга павла пелагея полина прасковья
    рада раиса ревекка регина рената римма рита роза роксана руслана рузанна румия
    сабина саида салтанат сара светлана серафима слава снежана софия софья станислава
    стелла стефания сусанна таисия тамара тамила татьяна ульяна фаина фарида фатима
    фекла флора фрида хадижа христина эвелина элеонора элина элла эллина эльвира
    эльза эльмира эмилия эмма эсмира юлиана юлия юна ядвига яна янина ярослава
    наталія олександра тетяна юлія марія
    саша женя валя шура паша аня анюта маша катя оля таня лена наташа света ира юля
    настя даша надя люба люда галя вика соня лиза ксюша полинка зина рая тома нюра лера
    """.split()
)
# In Latin letters, so that "Smith John" is told from "John Smith". The gender is not:
# Andrea is a man in Italy.
LATIN = frozenset(
    """
    aaron adam adrian agnes alberto alejandro aleksandr aleksandra aleksei aleksey
    alessandro alex alexandra alexandre alexei alexey alice alina alla amanda amelia
    amy ana anastasia anatoly anders andre andrea andreas andrei andrew andrey
    angela angelika angelina anita ann anna anne annette anton antonia antonio
    arkady artem artyom astrid barbara beatrice ben birgit bjorn boris brian
    brigitte bruno camille carla carlos carmen carol caroline catherine cecile
    charlotte chiara chloe chris christina christine christoph christopher claire
    clara claudia cristina daniela daria deborah denis diana diego dieter dmitri
    dmitry donald donna dorothy eduard ekaterina elena elisabeth elizabeth ella
    ellen elsa emil emily emma eric erik erika eugene eva evgenia evgeny fatima
    fernando francesca francesco francisco francois franziska frederic gabriele
    galina gennady georg georgy gerhard giovanni gisela giulia giuseppe gleb grigory
    guillaume gunter gustav hannah hans harald heather heidi heinz helen helena
    helga helmut henri igor ilya ines inga ingrid irene irina isabel isabelle ivan
    jacqueline jacques jan jane janet jason javier jean jean-pierre jeff jeffrey
    jennifer jens jeremy jerome jessica jim joanna joe johann johanna johannes john
    jonas jonathan jorge jose josef joseph juan judith julia julie julien juliette
    jurgen karen karin katarina kate katerina katharina katherine kathleen kathrin
    katja kerstin kevin kimberly kirill klaus konstantin kristina ksenia kseniya
    kurt larisa lars laura laurent lea lena leonid liam linda lisa lorenzo louise
    luca lucia lucie lucy ludmila luigi luis lukas lyudmila madeleine manfred manon
    manuel marc marcel marco marcus margaret margarita maria marie marina mario
    marion mark markus marta martha martina mary mathias mathilde matteo matthew
    matthias maxim melanie melissa michael michelle miguel mike mikhail mohamed
    mohammed monica monika muhammad nadezhda nadia nancy natalia natalie natalya
    nathalie nathan nicolas nicole nikita nikolai nikolay nina noah oksana oleg olga
    olivia olivier pablo pamela paolo pascal patricia paula pavel pedro petr petra
    philippe pierre pietro polina rachel rafael rainer raisa ralf rebecca regina
    reinhard renate rene ricardo rita roberto ronald rosa ruslan ruth sabine
    samantha sandra sara sarah sean sergei sergey sergio silvia simone sofia sonia
    sophia sophie stanislav stefan stefania stefanie stefano stephanie steve steven
    susan susanne sven svetlana tamara tanya tatiana tatyana teresa thierry tim
    timothy timur tobias tomas ulrike ursula uwe vadim valentina valeria valery
    vasily vera veronica veronika victor victoria viktor viktoria virginie vitaly
    vladimir vladislav vyacheslav wilhelm wolfgang yana yaroslav yulia yuri yury
    yves zoe
    """.split()
)
# Given names that are surnames as often: "Rajesh Paul", "Smith Paul".
LATIN_BOTH = frozenset(
    """
    alan albert alexander alfred anthony arthur benjamin bernard carl charles
    christian daniel david dennis edward ernst felix francis frank franz frederick
    fritz gary george gerard grant harry heinrich henry herbert hermann howard hugo
    jack jacob jakob james jordan karl keith kenneth konrad leon louis lucas ludwig
    martin max michel morris oliver otto patrick paul peter philip raymond richard
    robert roger roland roman rose samuel scott sebastian simon stephen stuart
    thomas tom vincent walter werner william xavier
    """.split()
)
MALE_TITLES = frozenset(
    "mr mister sir herr г-н господин сэр monsieur senor signor".split()
)
FEMALE_TITLES = frozenset(
    "mrs ms miss madam mme frau г-жа госпожа madame mlle senora signora".split()
)
TITLES = frozenset(
    """
    dr prof professor doctor rev hon ing dipl dipl-ing mag
    доктор д-р проф профессор акад
    академик доц доцент ип гр гражданин гражданка тов товарищ инж ктн дтн кмн дмн канд
    dr prof professor doctor rev hon ing dipl dipl-ing mag доктор д-р проф профессор
    акад академик доц доцент ип гр гражданин гражданка тов товарищ инж ктн дтн кмн дмн
    канд
    """.split()
)
SUFFIXES = frozenset(
    "jr sr ii iii iv phd ph.d md m.d mba esq dds cpa мл ст младший старший".split()
)
# What stands before a surname.
PARTICLES = frozenset(
    "van von der den de la le du da di del ter el al bin фон ван де".split()
)
# Legal forms: a company, whatever the mark on the contact says. A sole trader is a
# person.
FORMS = frozenset(
    """
    ооо оао зао пао нао ао тоо чп фгуп муп гуп нко ано снт тсж мбоу гбоу мбдоу ltd
    limited llc llp inc corp corporation company co plc gmbh ag kg ohg ug mbh sa sas
    sarl srl spa bv nv bvba oy ab as aps sro doo kft
    """.split()
)
# Who answers the telephone or where, not who he is.
NO_NAMES = frozenset(
    """
    бухгалтерия склад офис отдел касса приемная секретарь ресепшн снабжение логистика
    закупки продажи компания фирма завод магазин салон агентство центр студия клиника
    школа директор бухгалтер менеджер клиент покупатель аноним неизвестно контакт
    accounting accounts office sales reception warehouse info support secretary
    purchasing logistics department group holding store shop unknown anonymous
    customer client contact admin administrator
    мама папа мать отец бабушка дедушка няня жена муж сын дочь тетя дядя супруг супруга
    mom mum mother dad father grandmother grandfather nanny wife husband son daughter
    """.split()
)
# Between the names of two: neither of them alone is addressed.
AND = frozenset("и & та und et".split())
ENDINGS_OF_SURNAMES = (
    *("ов", "ев", "ин", "ын", "ова", "ева", "ина", "ына", "ий", "ая", "ой", "ых"),
    *("их", "ко", "ук", "юк", "як", "ян", "янц", "дзе", "швили", "еня", "ба"),
    *("ov", "ova", "ev", "eva", "sky", "skiy", "skaya", "enko", "chuk", "shvili"),
)
