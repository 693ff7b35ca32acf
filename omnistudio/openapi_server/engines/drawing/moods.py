"""The words for light, weather, mood and colour, in English, Thai and Chinese."""

from __future__ import annotations

from omnistudio.openapi_server.engines.drawing.lexicon import Lexicon

_LIGHTS = {
    "dawn": (
        "dawn,sunrise,daybreak,early morning,first light,morning,spring morning",
        "รุ่งอรุณ,รุ่งเช้า,เช้าตรู่,ยามเช้า,พระอาทิตย์ขึ้น,ตอนเช้า,อรุณ",
        "黎明,清晨,日出,拂晓,早晨,早上,破晓,晨光,晨曦,朝霞",
    ),
    "day": (
        "noon,midday,daylight,daytime,sunny,clear sky,blue sky,summer day,bright day,sunshine",
        "กลางวัน,เที่ยง,แดดจ้า,ท้องฟ้าแจ่มใส,ฟ้าใส,แดดจัด",
        "正午,中午,白天,晴天,晴朗,阳光,陽光,午后,午後,蓝天,藍天",
    ),
    "golden": (
        "golden hour,golden light,warm light,late afternoon,evening light,afternoon,evening sun",
        "แสงทอง,ยามบ่าย,บ่ายแก่,ช่วงบ่าย,แสงอุ่น",
        "黄金时刻,黃金時刻,金色阳光,金色陽光,暖光,午后暖阳,斜阳,斜陽,夕照",
    ),
    "dusk": (
        "dusk,sunset,twilight,evening,sundown,nightfall,afterglow,blue hour",
        "พระอาทิตย์ตก,พลบค่ำ,ยามเย็น,ตะวันตกดิน,สนธยา,โพล้เพล้,ตอนเย็น,อาทิตย์อัสดง",
        "黄昏,黃昏,日落,傍晚,夕阳,夕陽,暮色,晚霞,薄暮",
    ),
    "night": (
        "night,midnight,moonlight,moonlit,moon,starry,stars,nighttime,after dark,nocturne",
        "กลางคืน,ยามค่ำคืน,ค่ำคืน,เที่ยงคืน,แสงจันทร์,พระจันทร์,ดวงจันทร์,ดวงดาว,ยามราตรี,ราตรี",
        "夜,夜晚,深夜,午夜,月光,月亮,月夜,明月,星空,星夜,夜空,夜景",
    ),
}
_WEATHERS = {
    "mist": (
        "mist,misty,fog,foggy,haze,hazy,cloud,cloudy,sea of clouds,sea of mist",
        "หมอก,หมอกควัน,ทะเลหมอก,เมฆ",
        "雾,霧,薄雾,薄霧,云海,雲海,云雾,雲霧,烟雨,煙雨,云,雲",
    ),
    "rain": (
        "rain,rainy,raining,drizzle,storm,stormy,thunderstorm,wet",
        "ฝน,ฝนตก,สายฝน,พายุ,เปียก",
        "雨,下雨,暴风雨,暴風雨,雨夜,细雨,細雨,雷雨",
    ),
    "snow": (
        "snow,snowy,snowfall,blizzard,winter,frost,icy,frozen",
        "หิมะ,ฤดูหนาว,น้ำแข็ง,เกล็ดหิมะ",
        "雪,冬天,冬季,冰雪,大雪,飘雪,飄雪,冬",
    ),
    "storm": (
        "storm,stormy,thunderstorm,tempest,rough,dramatic",
        "พายุ,มรสุม,คลื่นยักษ์",
        "暴风雨,暴風雨,风暴,風暴,雷雨,惊涛,驚濤",
    ),
}
_MOODS = {
    "pastel": (
        "pastel,soft,gentle,dreamy,delicate,calm,serene,tender,airy",
        "พาสเทล,อ่อนหวาน,นุ่มนวล,ละมุน,ชวนฝัน,สงบ",
        "粉彩,柔和,梦幻,夢幻,温柔,溫柔,淡雅,宁静,寧靜,马卡龙,馬卡龍",
    ),
    "noir": (
        "noir,monochrome,black and white,black-and-white,grayscale,greyscale,b&w",
        "ขาวดำ,นัวร์,โมโนโครม",
        "黑白,黑色电影,黑色電影,单色,單色",
    ),
    "neon": (
        "neon,cyberpunk,synthwave,vaporwave,glowing,electric",
        "นีออน,ไซเบอร์พังก์,เรืองแสง",
        "霓虹,赛博朋克,賽博朋克,荧光,螢光",
    ),
    "vivid": (
        "vivid,vibrant,colorful,colourful,saturated,bright,bold",
        "สดใส,สีสัน,จัดจ้าน,ฉูดฉาด",
        "鲜艳,鮮豔,鮮艷,绚丽,絢麗,多彩,缤纷,繽紛",
    ),
    "sepia": (
        "sepia,vintage,retro,nostalgic,old photo,faded,antique",
        "ซีเปีย,วินเทจ,ย้อนยุค,โบราณ",
        "复古,復古,怀旧,懷舊,泛黄,泛黃",
    ),
    "dark": (
        "dark,moody,gloomy,somber,mysterious,low key,ominous,dim",
        "มืด,ลึกลับ,หม่น,ทึม",
        "黑暗,阴沉,陰沉,神秘,昏暗,暗黑,幽暗",
    ),
}
COLOURS = {
    "red": ("#c3272b", "red,scarlet,crimson,vermilion,cinnabar,ruby", "สีแดง,แดง,ชาด", "红,紅,朱红,朱紅,朱砂,赤"),
    "orange": ("#e8772e", "orange,tangerine,amber,terracotta,rust", "สีส้ม,ส้ม,อำพัน", "橙,橘,琥珀"),
    "peach": ("#f4a988", "peach,apricot,coral,salmon", "สีพีช,พีช,สีโอรส,ปะการัง", "桃色,杏色,珊瑚,蜜桃"),
    "gold": ("#d8a23a", "gold,golden,brass,ochre,honey,mustard", "สีทอง,ทองคำ,ทอง", "金,金色,黄金,黃金,鎏金"),
    "yellow": ("#f0cf3c", "yellow,lemon,saffron", "สีเหลือง,เหลือง", "黄,黃"),
    "green": ("#3f8f4f", "green,emerald,forest green,moss,olive", "สีเขียว,เขียว,มรกต", "绿,綠,翡翠,翠"),
    "celadon": (
        "#93bfa6",
        "celadon,sage,mint,jade,seafoam",
        "สีเขียวไข่กา,เขียวไข่กา,ศิลาดล,เซลาดอน,หยก,มิ้นต์,มินต์",
        "青瓷,豆青,玉,薄荷,粉青",
    ),
    "teal": (
        "#1f8a8a",
        "teal,turquoise,aqua,cyan,aquamarine",
        "สีเขียวน้ำเงิน,เทอร์ควอยซ์,สีน้ำทะเล,เทล",
        "青色,蓝绿,藍綠,绿松石,綠松石,湖蓝,湖藍,青绿,青綠",
    ),
    "blue": (
        "#2f6fc4",
        "blue,azure,cobalt,sapphire,cerulean,sky blue",
        "สีน้ำเงิน,น้ำเงิน,สีฟ้า",
        "蓝,藍,蔚蓝,蔚藍,湛蓝,湛藍",
    ),
    "indigo": (
        "#34408f",
        "indigo,navy,midnight blue,ultramarine,deep blue",
        "สีคราม,คราม,กรมท่า",
        "靛,靛蓝,靛藍,藏青,深蓝,深藍",
    ),
    "violet": (
        "#7a4fb5",
        "violet,purple,lavender,lilac,amethyst,mauve,plum",
        "สีม่วง,ม่วง,ลาเวนเดอร์",
        "紫,薰衣草,紫罗兰,紫羅蘭",
    ),
    "pink": ("#ea7ba5", "pink,rose,magenta,blush,fuchsia", "สีชมพู,ชมพู", "粉,粉红,粉紅,玫红,玫紅,樱粉"),
    "brown": (
        "#7b4a2d",
        "brown,chocolate,coffee,sienna,umber,bronze,copper",
        "สีน้ำตาล,น้ำตาล,ทองแดง",
        "棕,褐,咖啡色,古铜,古銅",
    ),
    "white": ("#f2efe8", "white,ivory,cream,pearl", "สีขาว,ขาว,งาช้าง,ครีม", "白,象牙,米色,珍珠"),
    "black": ("#15171c", "black,ebony,obsidian,charcoal", "สีดำ,ดำ", "黑,乌木,烏木,墨黑"),
    "grey": ("#85898f", "grey,gray,silver,slate", "สีเทา,เทา,สีเงิน", "灰,银,銀"),
}
_NOT_COLOURS = (
    "golden hour,golden light,rose garden,black and white,black-and-white,orange tree,northern green",
    "แสงทอง,ขาวดำ,ชมพูพันธุ์ทิพย์",
    "黄昏,黃昏,黄金时刻,黃金時刻,金色阳光,金色陽光,黑白,白天,泛黄,泛黃,水墨,黑暗,金星,粉彩,白云,白雲,黑色电影,黑色電影,紫禁城,金鱼,銀河,银河,赤道,暗黑",
)
_NOT_LIGHTS = ("moon gate,full moon cake,moon surface", "", "")


def _lexicon(table: dict[str, tuple[str, str, str]], hidden: tuple[str, ...] = ()) -> Lexicon:
    lexicon = Lexicon()
    lexicon.add("", hidden)
    for name, words in table.items():
        lexicon.add(name, words)
    return lexicon


LIGHTS = _lexicon(_LIGHTS, _NOT_LIGHTS)
WEATHERS = _lexicon(
    {name: words for name, words in _WEATHERS.items() if name != "storm"}, ("brainstorm", "", "冰淇淋")
)
STORMS = _lexicon({"storm": _WEATHERS["storm"]})
MOODS = _lexicon(_MOODS)
COLOUR_WORDS = _lexicon({name: entry[1:] for name, entry in COLOURS.items()}, _NOT_COLOURS)
